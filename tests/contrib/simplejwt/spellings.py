"""Other strings that spell the same JWT, to this or that version of a library."""

from __future__ import annotations

from jwt.utils import base64url_decode, base64url_encode

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def padded(raw):
    """With the padding that base64url leaves out."""
    yield raw + "=" * (-len(raw.rpartition(".")[2]) % 4)


def with_other_trailing_bits(raw):
    """The last character of the signature has bits that stand for nothing."""
    head, last = raw[:-1], ALPHABET.index(raw[-1])
    unused = {2: 4, 3: 2}.get(len(raw.rpartition(".")[2]) % 4, 0)
    yield from (head + ALPHABET[last ^ bits] for bits in range(1, 1 << unused))


def mirrored(raw):
    """An ECDSA signature ``(r, s)`` is as good as ``(r, n - s)``."""
    signed, _, signature = raw.rpartition(".")
    both = base64url_decode(signature)
    r, s = both[:32], int.from_bytes(both[32:])
    other = r + (ORDER_OF_P256 - s).to_bytes(32)
    yield f"{signed}.{base64url_encode(other).decode()}"
