"""What is safe while one develops, and is not in production: ``check --deploy``."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Warning
from django.db import connections, router
from rest_framework.settings import api_settings

from token_revocation.adapters import get_adapters
from token_revocation.conf import ACCOUNT_EVENTS, settings
from token_revocation.models import RevokedToken
from token_revocation.throttling import LoginThrottle, RevocationThrottle


def check_lifetimes() -> Iterator[CheckMessage]:
    """Tokens that never expire: what ends them is kept for ever."""
    for kind, adapter in get_adapters().items():
        if kind == "authtoken" and adapter.lifetime is None:
            yield Warning(
                "Tokens of Django REST framework never expire, so one that leaks is good for ever.",
                hint="Set AUTHTOKEN_TTL of TOKEN_REVOCATION.",
                id="token_revocation.W040",
            )


def check_all_events() -> Iterator[CheckMessage]:
    """Events of an account that leave its tokens alive (OWASP ASVS 5.0, 7.4.2 and 7.4.3)."""
    missing = [event for event in ACCOUNT_EVENTS if event not in settings.REVOKE_ON]
    if missing:
        yield Warning(
            f"REVOKE_ON of TOKEN_REVOCATION leaves tokens alive after: {', '.join(missing)}.",
            hint="Leave REVOKE_ON as it is by default, or end tokens in another way.",
            id="token_revocation.W041",
        )


def check_throttles() -> Iterator[CheckMessage]:
    """Rates that were lifted: nobody counts who guesses passwords or tokens."""
    rates = api_settings.DEFAULT_THROTTLE_RATES
    for throttle in (LoginThrottle, RevocationThrottle):
        if rates.get(throttle.scope, throttle.default_rate) is None:
            yield Warning(
                f"DEFAULT_THROTTLE_RATES lifts the rate of {throttle.scope!r}.",
                hint="Give it a rate, unless something before Django counts.",
                id="token_revocation.W042",
            )


def check_unidentified() -> Iterator[CheckMessage]:
    """Tokens that can be ended by a cutoff only."""
    if settings.ACCEPT_UNIDENTIFIED:
        yield Warning(
            "ACCEPT_UNIDENTIFIED of TOKEN_REVOCATION accepts JWTs without a jti.",
            hint="Have their issuer add a jti (RFC 7519, section 4.1.7).",
            id="token_revocation.W043",
        )


def check_cookie_flags() -> Iterator[CheckMessage]:
    """Cookies that scripts can read, or that go over an open line (OWASP ASVS 5.0, 3.3)."""
    for name, attributes in settings.TOKEN_COOKIES.items():
        missing = [flag for flag in ("secure", "httponly") if not attributes.get(flag)]
        if missing:
            yield Warning(
                f"The cookie {name!r} holds a token and is not {' and not '.join(missing)}.",
                hint="Set it with secure and httponly, and say so in TOKEN_COOKIES.",
                id="token_revocation.W044",
            )


def check_sqlite_waits() -> Iterator[CheckMessage]:
    """Transactions that read before they write: SQLite refuses one of two at once, unasked."""
    connection = connections[router.db_for_write(RevokedToken)]
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode") or "DEFERRED"
    if connection.vendor == "sqlite" and mode.upper() == "DEFERRED":
        yield Warning(
            "Of two revocations at once SQLite may refuse one, which is then answered with 503.",
            hint="Set OPTIONS of the database to {'transaction_mode': 'IMMEDIATE'}.",
            id="token_revocation.W045",
        )
