"""Check of ``ISSUER``, the URL that identifies this server in signed tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Warning

from token_revocation.conf import settings

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def check_issuer() -> Iterator[CheckMessage]:
    """Report an issuer that is not a valid https URL (RFC 8414, section 2)."""
    issuer: Any = settings.ISSUER
    if issuer == "":
        return
    url = parse_url(issuer)
    if url is None or (url.scheme != "https" and not is_local(url)):
        yield Error(
            f"TOKEN_REVOCATION['ISSUER'] is {issuer!r}, which is not a valid issuer.",
            hint="Set an https URL without query or fragment, such as 'https://api.example.com'.",
            id="token_revocation.E009",
        )
    elif url.scheme == "http":
        yield Warning(
            f"TOKEN_REVOCATION['ISSUER'] is {issuer!r}. Documents sent over http can be forged.",
            hint="Set an https URL, except on a development machine.",
            id="token_revocation.W003",
        )


def parse_url(issuer: Any) -> SplitResult | None:
    """Return the parsed URL, or ``None`` if it is invalid or has a query or fragment."""
    if not isinstance(issuer, str) or not issuer.isprintable() or set(issuer) & set("?# "):
        return None
    try:
        url = urlsplit(issuer)
        is_valid = url.hostname and (url.port is None or url.port > 0)
    except ValueError:  # An invalid host or port.
        return None
    return url if is_valid else None


def is_local(url: SplitResult) -> bool:
    """Return whether ``url`` is plain HTTP to a development machine."""
    return url.scheme == "http" and (django_settings.DEBUG or url.hostname in LOCAL_HOSTS)
