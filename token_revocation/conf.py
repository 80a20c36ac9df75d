"""The settings: one dict, ``TOKEN_REVOCATION``, typed here and read on every access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings

ACCOUNT_EVENTS = ("password_change", "deactivation", "deletion")


class Settings:
    """What may stand in ``TOKEN_REVOCATION``, with the defaults."""

    STORE: str = "token_revocation.stores.database.DatabaseStore"
    """Dotted path of the class of the store that answers, a subclass of
    :class:`~token_revocation.stores.base.RevocationStore`."""

    STORE_OPTIONS: Mapping[str, Any] = {}
    """Keyword arguments of that class, by name. All have ``using``, the alias of the database of
    the revocations; ``None`` leaves it to the routers."""

    ADAPTERS: Sequence[str] = ("token_revocation.contrib.authtoken.AuthTokenAdapter",)
    """Dotted paths of the adapters in use, one for each kind of token. A login gives a token of
    the first that can issue one."""

    AUTHTOKEN_TTL: timedelta | None = None
    """How long a token of Django REST framework lives, counted from its creation: a ``timedelta``
    above zero. ``None`` is for ever."""

    PURGE_GRACE: timedelta = timedelta(hours=1)
    """How long a revocation is kept after its token can no longer be accepted: a ``timedelta``
    of zero or more. It covers clocks that differ."""

    PURGE_ON_REVOKE: int = 0
    """How many expired rows of each table may be deleted, after its commit, for each row that a
    revocation has written: a whole number. 0 leaves it to ``purge_revoked_tokens``."""

    REFRESH_GRACE: timedelta = timedelta(0)
    """How long a refresh token that was just used up may be presented again, for the same new
    one: the retry of a client whose answer was lost, or of its other tab. A ``timedelta`` of zero,
    which is never, or more."""

    TOKEN_COOKIES: Mapping[str, Mapping[str, Any]] = {}
    """Cookies that hold a token, by name, with the attributes they are set with, as
    ``HttpResponse.set_cookie()`` takes them: ``{"refresh": {"path": "/auth/"}}``. Logging out ends
    what they hold and clears them."""

    ACCEPT_UNIDENTIFIED: bool = False
    """Whether a JWT without a ``jti`` is accepted; it then goes by what its signature covers."""

    ISSUER: str = ""
    """Our own issuer identifier, a URL: ``iss`` of what ``token_revocation.standards`` signs.
    Empty where it signs nothing."""

    SIGNING_JWK: Mapping[str, Any] | None = None
    """The private JSON Web Key (RFC 7517) that signs it, a dictionary with ``alg`` and ``kid``;
    ``None`` where nothing is signed."""

    TRUSTED_ISSUERS: Sequence[Mapping[str, Any]] = ()
    """Whose signed statements the receivers of ``token_revocation.standards`` accept: for each a
    dictionary, the arguments of :class:`token_revocation.standards.jose.Issuer`."""

    REVOKE_ON: Sequence[str] = ACCOUNT_EVENTS
    """The events of an account that end every token of its user; these are all there are."""

    REMEMBER: timedelta | None = None
    """How long a process may remember whose an opaque token is, while a store that answers from
    memory says that nobody has ended it: a ``timedelta`` above zero, best of a few seconds.
    ``None`` is not at all."""

    def __getattribute__(self, name: str) -> Any:
        default = object.__getattribute__(self, name)
        return getattr(django_settings, "TOKEN_REVOCATION", {}).get(name, default)


NAMES = frozenset(Settings.__annotations__)

settings = Settings()
