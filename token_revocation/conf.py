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
    """Dotted path of the :class:`~token_revocation.stores.RevocationStore` that answers."""

    STORE_OPTIONS: Mapping[str, Any] = {}
    """Keyword arguments of the store."""

    ADAPTERS: Sequence[str] = ("token_revocation.contrib.authtoken.AuthTokenAdapter",)
    """Dotted paths of the adapters in use, one for each kind of token."""

    AUTHTOKEN_TTL: timedelta | None = None
    """How long a token of DRF lives, counted from its creation; ``None`` is for ever."""

    PURGE_GRACE: timedelta = timedelta(hours=1)
    """How long a revocation is kept after its token can no longer be accepted."""

    PURGE_ON_REVOKE: int = 0
    """How many expired rows of each table may be deleted, after its commit, for each that a
    revocation has written; 0 leaves it to ``purge_revoked_tokens``."""

    REFRESH_GRACE: timedelta = timedelta(0)
    """How long a refresh token that was just used up may be presented again, for the same new
    one: the retry of a client whose answer was lost, or of its other tab."""

    TOKEN_COOKIES: Mapping[str, Mapping[str, Any]] = {}
    """Cookies that hold a token, by name, with the attributes they are set with: logging out
    ends what they hold and clears them."""

    ACCEPT_UNIDENTIFIED: bool = False
    """Whether a JWT without a ``jti`` is accepted; it then goes by what its signature covers."""

    ISSUER: str = ""
    """Our own issuer identifier, a URL: ``iss`` of what ``standards/`` signs."""

    SIGNING_JWK: Mapping[str, Any] | None = None
    """The private JSON Web Key (RFC 7517), with ``alg`` and ``kid``, that signs it."""

    TRUSTED_ISSUERS: Sequence[Mapping[str, Any]] = ()
    """Whose signed statements the receivers in ``standards/`` accept: the arguments of
    :class:`token_revocation.standards.jose.Issuer`."""

    REVOKE_ON: Sequence[str] = ACCOUNT_EVENTS
    """The events of an account that end every token of its user."""

    REMEMBER: timedelta | None = None
    """How long a process may remember whose an opaque token is, while a store that answers from
    memory says that nobody has ended it; ``None`` is not at all."""

    def __getattribute__(self, name: str) -> Any:
        default = object.__getattribute__(self, name)
        return getattr(django_settings, "TOKEN_REVOCATION", {}).get(name, default)


NAMES = frozenset(Settings.__annotations__)

settings = Settings()
