"""Tokens embedded in text, such as a pasted header, a note or a log line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote

from django.views.decorators.debug import sensitive_variables

from token_revocation.services._lookup import resolve, resolve_many
from token_revocation.tokens import TokenRef

# The syntax of a bearer token: RFC 6750, section 2.1.
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")

# Characters of this syntax that may also separate a token from the text around it.
_SEPARATORS = (re.compile(r"[/~+=]"), re.compile(r"[^A-Za-z0-9]"))

# A signed token (RFC 7515), also if other text precedes it without a separator.
_JWS = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")

# Escaped control characters and quotes, as in JSON and in most logs.
_ESCAPE = re.compile(r"\\+(?:[nrt\"']|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})")

_PLAIN_WORD = re.compile(r"[A-Za-z][a-z]{0,15}(?:[_.-][a-z]{1,15})*[.-]?")


@sensitive_variables()
def tokens_in(text: str) -> list[TokenRef]:
    """Return the tokens in ``text``, even quoted, percent-encoded or wrapped ones.

    Raises:
        RevocationUnavailable: The database could not be read.
    """
    candidates = [*_candidates(text), "".join(text.split())]
    return resolve_many(candidates) if any(candidates) else []


@sensitive_variables()
def without_tokens(text: str) -> str:
    """Return ``text`` with each token in it replaced by its kind and fingerprint.

    Raises:
        RevocationUnavailable: The database could not be read.
    """
    if all(map(_PLAIN_WORD.fullmatch, text.split())) or not tokens_in(text):
        return text
    redacted = text
    for raw in sorted(_candidates(text), key=len, reverse=True):
        token = resolve(raw)
        redacted = redacted.replace(raw, _label(token)) if token else redacted
    # A wrapped or percent-encoded token cannot be replaced within the text.
    remaining = tokens_in(redacted)
    return " ".join(map(_label, remaining)) if remaining else redacted


@sensitive_variables()
def digests_in(text: str) -> list[str]:
    """Return the SHA-256 and SHA-512 digests of possible opaque tokens in ``text``."""
    raws = [raw.encode("utf-8", "replace") for raw in _candidates(text)]
    return [hash_(raw).hexdigest() for raw in raws for hash_ in (hashlib.sha256, hashlib.sha512)]


def _label(token: TokenRef) -> str:
    return f"[{token.kind} {token.fingerprint}]"


@sensitive_variables()
def _candidates(text: str) -> list[str]:
    """Return the distinct parts of ``text`` that may be tokens."""
    found = (part for word in _words(text) for part in _parts(word))
    return [*dict.fromkeys(part for part in found if not _PLAIN_WORD.fullmatch(part))]


def _words(text: str) -> Iterator[str]:
    for decoded in dict.fromkeys([text, unquote(text), _ESCAPE.sub(" ", text)]):
        yield from decoded.split()
        yield from _BEARER_TOKEN.findall(decoded)
        yield from _JWS.findall(decoded)


def _parts(word: str) -> Iterator[str]:
    yield word
    yield word.strip("._~+/=-")
    for separator in _SEPARATORS:
        yield from filter(None, separator.split(word))
