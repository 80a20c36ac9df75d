"""Checks of production settings, for ``manage.py check --deploy``."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Warning
from django.db import connections, router
from rest_framework.settings import api_settings

from token_revocation.adapters import get_adapters
from token_revocation.conf import ACCOUNT_EVENTS, settings
from token_revocation.models import RevokedToken
from token_revocation.throttling import LoginThrottle, RevocationThrottle


def check_token_lifetimes() -> Iterator[CheckMessage]:
    """Warn if DRF's tokens never expire."""
    for kind, adapter in get_adapters().items():
        if kind == "authtoken" and adapter.lifetime is None:
            yield Warning(
                "Tokens of Django REST framework never expire, so a leaked token stays valid.",
                hint="Set TOKEN_REVOCATION['AUTHTOKEN_TTL'] to a datetime.timedelta.",
                id="token_revocation.W040",
            )


def check_disabled_events() -> Iterator[CheckMessage]:
    """Warn of account events that do not revoke tokens (ASVS 5.0, 7.4.2 and 7.4.3)."""
    missing = [event for event in ACCOUNT_EVENTS if event not in settings.REVOKE_ON]
    if missing:
        yield Warning(
            f"TOKEN_REVOCATION['REVOKE_ON'] does not revoke tokens on: {', '.join(missing)}.",
            hint="Add the events to REVOKE_ON, or revoke the tokens in your own code.",
            id="token_revocation.W041",
        )


def check_disabled_throttles() -> Iterator[CheckMessage]:
    """Warn of disabled throttles of password and token attempts."""
    rates = api_settings.DEFAULT_THROTTLE_RATES
    for throttle in (LoginThrottle, RevocationThrottle):
        if rates.get(throttle.scope, throttle.default_rate) is None:
            yield Warning(
                f"DEFAULT_THROTTLE_RATES disables the rate limit of {throttle.scope!r}.",
                hint="Set a rate, unless a proxy limits the requests.",
                id="token_revocation.W042",
            )


def check_proxies() -> Iterator[CheckMessage]:
    """Warn if clients behind a proxy share an address for throttling."""
    if api_settings.NUM_PROXIES is None:
        yield Warning(
            "REST_FRAMEWORK['NUM_PROXIES'] is not set, so logins are throttled by "
            "REMOTE_ADDR, which all clients behind a proxy share.",
            hint="Set it to the number of proxies that append to X-Forwarded-For, or to 0.",
            id="token_revocation.W080",
        )


def check_missing_jti() -> Iterator[CheckMessage]:
    """Warn if JWTs are accepted that only a cutoff can revoke."""
    if settings.ALLOW_MISSING_JTI:
        yield Warning(
            "TOKEN_REVOCATION['ALLOW_MISSING_JTI'] accepts JWTs without a jti, which cannot be "
            "revoked one by one.",
            hint="Configure the issuer to add a jti (RFC 7519, section 4.1.7).",
            id="token_revocation.W043",
        )


def check_cookie_flags() -> Iterator[CheckMessage]:
    """Warn of token cookies without ``secure`` or ``httponly`` (ASVS 5.0, 3.3)."""
    for name, attributes in settings.TOKEN_COOKIES.items():
        missing = [flag for flag in ("secure", "httponly") if not attributes.get(flag)]
        if missing:
            yield Warning(
                f"The cookie {name!r} contains a token, but is not {' and not '.join(missing)}.",
                hint="Set the cookie with secure and httponly, and add both flags to "
                "TOKEN_REVOCATION['TOKEN_COOKIES'].",
                id="token_revocation.W044",
            )


def check_sqlite_transactions() -> Iterator[CheckMessage]:
    """Warn of deferred SQLite transactions."""
    # SQLite does not wait when a transaction that has read begins to write, but fails at once:
    # https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-transaction-behavior
    connection = connections[router.db_for_write(RevokedToken)]
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode") or "DEFERRED"
    if connection.vendor == "sqlite" and mode.upper() == "DEFERRED":
        yield Warning(
            "With deferred SQLite transactions, concurrent revocations may fail with 503.",
            hint="Set the database's OPTIONS to {'transaction_mode': 'IMMEDIATE'}.",
            id="token_revocation.W045",
        )
