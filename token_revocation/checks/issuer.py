"""``ISSUER``, by which others find us and compare what we sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Warning

from token_revocation.conf import settings

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def check_issuer() -> Iterator[CheckMessage]:
    """Not an https URL without query and fragment, as RFC 8414 has it in section 2."""
    issuer: Any = settings.ISSUER
    if issuer == "":
        return
    url = _url(issuer)
    if url is None or (url.scheme != "https" and not _is_at_hand(url)):
        yield Error(
            f"ISSUER of TOKEN_REVOCATION is {issuer!r}, which names no issuer.",
            hint="Give an https URL without query and fragment, like 'https://api.example.com'.",
            id="token_revocation.E009",
        )
    elif url.scheme == "http":
        yield Warning(
            f"ISSUER of TOKEN_REVOCATION is {issuer!r}, and what it publishes can be forged.",
            hint="It has to be an https URL anywhere but on the machine of a developer.",
            id="token_revocation.W003",
        )


def _url(issuer: Any) -> SplitResult | None:
    if not isinstance(issuer, str) or not issuer.isprintable() or set(issuer) & set("?# "):
        return None
    try:
        url = urlsplit(issuer)
        is_good = url.hostname and (url.port is None or url.port > 0)
    except ValueError:  # A host or a port that is none.
        return None
    return url if is_good else None


def _is_at_hand(url: SplitResult) -> bool:
    """Whether plain http can be meant, as nobody else reads along."""
    return url.scheme == "http" and (django_settings.DEBUG or url.hostname in THIS_MACHINE)
