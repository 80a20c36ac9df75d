"""Other encodings of a JWT that some library versions accept as the same token."""

from __future__ import annotations

from jwt.utils import base64url_decode, base64url_encode

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def add_padding(raw):
    """Yield the token with base64 padding, which JWTs omit."""
    yield raw + "=" * (-len(raw.rpartition(".")[2]) % 4)


def change_trailing_bits(raw):
    """Yield the tokens that differ in the unused bits of the signature's last character."""
    head, last = raw[:-1], ALPHABET.index(raw[-1])
    unused = {2: 4, 3: 2}.get(len(raw.rpartition(".")[2]) % 4, 0)
    yield from (head + ALPHABET[last ^ bits] for bits in range(1, 1 << unused))


def mirror_signature(raw):
    """Yield the token with the signature ``(r, n - s)``, which is valid like ``(r, s)``."""
    signed, _, signature = raw.rpartition(".")
    r_and_s = base64url_decode(signature)
    r, s = r_and_s[:32], int.from_bytes(r_and_s[32:])
    mirrored = r + (P256_ORDER - s).to_bytes(32)
    yield f"{signed}.{base64url_encode(mirrored).decode()}"
