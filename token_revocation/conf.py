"""The settings in ``TOKEN_REVOCATION``, which are read on every access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings

ACCOUNT_EVENTS = ("password_change", "deactivation", "deletion")
SESSION_LIMIT_ACTIONS = ("revoke_oldest", "reject")
SESSION_METADATA_NAMES = ("user_agent", "ip_address")

_read_settings: Mapping[str, Any] = vars(django_settings)
"""Django keeps the settings that were read here, until they change."""


def get_django_setting(name: str) -> Any:
    """Return a setting of the project, in less time than by ``getattr()``."""
    value = _read_settings.get(name)
    return getattr(django_settings, name) if value is None else value


class Settings:
    """The keys of ``TOKEN_REVOCATION``, with their types and defaults."""

    STORE: str = "token_revocation.stores.database.DatabaseStore"
    """Dotted path of the store, a subclass of
    :class:`~token_revocation.stores.base.RevocationStore`."""

    STORE_OPTIONS: Mapping[str, Any] = {}
    """Keyword arguments of the store. All stores accept ``using``, the alias of the database of the
    revocations; with ``None`` the database routers choose it."""

    ADAPTERS: Sequence[str] = ("token_revocation.contrib.authtoken.AuthTokenAdapter",)
    """Dotted paths of the adapters in use, one for each kind of token. A login issues a token of the
    first one that can."""

    AUTHTOKEN_TTL: timedelta | None = None
    """Lifetime of a token of Django REST framework from its creation: a positive ``timedelta``.
    ``None`` is unlimited."""

    PREPARE_STATEMENTS: bool = False
    """Whether PostgreSQL prepares the statements that check tokens, and plans them once for each
    connection. It needs psycopg 3 and no transaction pooler. Other databases ignore it."""

    PURGE_GRACE_PERIOD: timedelta = timedelta(hours=1)
    """Time for which a revocation is kept after its token has expired, as clocks differ: a
    ``timedelta`` of zero or more."""

    PURGE_ON_REVOKE: int = 0
    """Number of expired rows per table that are deleted for each row that a revocation writes, after
    its commit. With 0, only ``purge_revoked_tokens`` deletes rows."""

    REFRESH_GRACE_PERIOD: timedelta = timedelta(0)
    """Time for which a used refresh token may be used again and yields the same new token, as for a
    retry or another browser tab: a ``timedelta``. Zero is never."""

    TOKEN_COOKIES: Mapping[str, Mapping[str, Any]] = {}
    """Cookies that contain tokens, by name, with their attributes as for
    ``HttpResponse.set_cookie()``: ``{"refresh": {"path": "/auth/"}}``. A logout revokes these tokens
    and deletes the cookies."""

    ALLOW_MISSING_JTI: bool = False
    """Whether a JWT without a ``jti`` is accepted. It is identified by its signed part then."""

    ISSUER: str = ""
    """The issuer identifier of this service, a URL: ``iss`` of documents that
    ``token_revocation.standards`` signs. Empty if it signs none."""

    SIGNING_JWK: Mapping[str, Any] | None = None
    """The private JSON Web Key (RFC 7517) for these documents, a dictionary with ``alg`` and ``kid``.
    ``None`` if none are signed."""

    TRUSTED_ISSUERS: Sequence[Mapping[str, Any]] = ()
    """Issuers whose signed statements the receivers of ``token_revocation.standards`` accept. Each is a
    dictionary with the arguments of :class:`token_revocation.standards.jose.Issuer`."""

    REVOKE_ON: Sequence[str] = ACCOUNT_EVENTS
    """Account events that revoke all tokens of the user. The default contains all events."""

    LOGIN_RULES: Sequence[str] = ("token_revocation.contrib.login_rules.check_allauth",)
    """Dotted paths of functions that ``login/`` calls with Django's request and the user after the
    credentials are verified. An ``APIException`` rejects the login."""

    AUTHENTICATION_CACHE_TTL: timedelta | None = None
    """Time for which a process caches a token and its user, while a store in memory knows that it is
    not revoked: a positive ``timedelta``, preferably of a few seconds. ``None`` disables the cache."""

    SESSION_LIFETIME: timedelta | None = None
    """Time from the login after which a session ends, and the user has to log in again: a positive
    ``timedelta``. ``None`` is unlimited."""

    SESSION_IDLE_TIMEOUT: timedelta | None = None
    """Time without use after which a session ends: a positive ``timedelta``. ``None`` is unlimited.
    It needs the app ``token_revocation.sessions``."""

    MAX_SESSIONS: int | None = None
    """Highest number of concurrent sessions of a user, over all kinds: a positive integer. ``None`` is
    unlimited. It needs the app ``token_revocation.sessions``."""

    MAX_SESSIONS_ACTION: str = "revoke_oldest"
    """Action at a login above ``MAX_SESSIONS``: ``"revoke_oldest"`` revokes the sessions that were not
    used for the longest time; ``"reject"`` rejects the login (403)."""

    SESSION_REVOKE_MAX_AGE: timedelta | None = None
    """Time since the login within which a user may revoke other sessions; after it, the response asks
    for a new login (RFC 9470): a positive ``timedelta``. ``None`` is unlimited."""

    SESSION_METADATA: Sequence[str] = ("user_agent", "ip_address")
    """What a session records about its client: ``"user_agent"``, ``"ip_address"``, both or neither."""

    SESSION_RETENTION: timedelta = timedelta(days=30)
    """Time for which the row of a session is kept after its end: a ``timedelta`` of zero or more."""

    SESSION_PROXY_COUNT: int = 0
    """Number of reverse proxies that add an address to ``X-Forwarded-For``. With 0, the address of a
    client is ``REMOTE_ADDR``."""

    TENANT: str = ""
    """Dotted path of a function without arguments that returns the name of the current tenant, if each
    request chooses a schema or search path. If it returns ``None``, nothing is cached. Empty if a
    database has one tenant."""

    def __getattribute__(self, name: str) -> Any:
        if name not in NAMES:
            return object.__getattribute__(self, name)
        values = _read_settings.get("TOKEN_REVOCATION")
        if values is None:
            values = getattr(django_settings, "TOKEN_REVOCATION", {})
        return values[name] if name in values else DEFAULTS[name]


NAMES = frozenset(Settings.__annotations__)
DEFAULTS = {name: vars(Settings)[name] for name in NAMES}

settings = Settings()
