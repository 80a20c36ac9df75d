"""Token classes that add the session and the login time to simplejwt's."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken, Token

from token_revocation._observed_lifetimes import observe_lifetime
from token_revocation._session_lifetime import get_session_end
from token_revocation.clock import database_now
from token_revocation.conf import settings
from token_revocation.contrib.simplejwt import _claims, _session_rows
from token_revocation.contrib.simplejwt._settings import LiveSetting, get_setting
from token_revocation.contrib.simplejwt._subjects import cache_user_pk, is_user_id_primary_key
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter
from token_revocation.exceptions import NotRevocable
from token_revocation.services import lock_user
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.signals import token_issued
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

adapter = SimpleJWTAdapter()


class SessionToken(Token):
    """A token with the claims ``sid`` (session) and ``auth_time`` (time of login).

    Tokens that simplejwt derives from it have both claims. List it after simplejwt's own class::

        class MyRefreshToken(RefreshToken, SessionToken):
            access_token_class = MyAccessToken
    """

    no_copy_claims: tuple[str, ...]
    _recorded: TokenRef | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        claims = getattr(cls, "no_copy_claims", ())
        cls.no_copy_claims = (*claims, *{_claims.RECORDED_CLAIM}.difference(claims))

    @classmethod
    def for_user(cls, user: Any) -> Self:
        """Return a token of a new session, and send ``token_issued``.

        ``auth_time`` is read from the clock of the database, in seconds since the epoch.

        Args:
            user: The user, who has just been authenticated.

        Raises:
            AccountChanged: The user is inactive, or has changed the password since.
            RevocationUnavailable: The database failed.
        """

        @retry_on_deadlock
        def issue() -> Any:
            with atomic_write(None) as alias, lock_user(user):
                token: Any = super(SessionToken, cls).for_user(user)
                token[_claims.AUTH_TIME_CLAIM] = database_now(alias).timestamp()
                token[_claims.SESSION_CLAIM] = str(new_session_id())
                _add_user_claim(token, user.pk)
                token._announce(user, alias)
            return token

        token: Self = issue()
        return token

    def set_exp(
        self,
        claim: str = "exp",
        from_time: datetime | None = None,
        lifetime: timedelta | None = None,
    ) -> None:
        """Set the expiry, within ``SESSION_IDLE_TIMEOUT`` of the use that made the token.

        Args:
            claim: The name of the claim.
            from_time: The time of that use; by default now.
            lifetime: The lifetime; by default that of the class.
        """
        lifetimes: list[Any] = [self.lifetime if lifetime is None else lifetime]
        if settings.SESSION_IDLE_TIMEOUT is not None and claim == "exp" and _is_renewed(self):
            lifetimes.append(settings.SESSION_IDLE_TIMEOUT)
        super().set_exp(claim, from_time, min(lifetimes))

    def _announce(self, user: Any, using: str) -> None:
        """Send ``token_issued``, whose receiver records the session."""
        cache_user_pk(self, user.pk)
        limit_expiry(self.payload)
        _session_rows.mark(self)
        self._prepare_session()
        try:
            ref = adapter.identify(self)
        except NotRevocable:  # Without an identifier, every endpoint rejects it.
            return
        token_issued.send(type(self), token=ref, user=user, using=using)
        self._recorded = ref if _claims.is_recorded(self.payload) else None

    def _prepare_session(self) -> None:
        """Add claims of the new session, in the transaction that records it."""

    def __str__(self) -> str:
        limit_expiry(self.payload)
        _observe_lifetime(self.payload)
        if self._recorded is not None:
            self._record_changes(self._recorded)
        return super().__str__()

    def _record_changes(self, recorded: TokenRef) -> None:
        """Record what code of the project has changed since the session was recorded."""
        if not _claims.has_identifier(self.payload):
            self._recorded = None
            self.payload.pop(_claims.RECORDED_CLAIM, None)
            return
        ref = adapter.identify(self)
        if ref != recorded:
            _session_rows.record_changes(recorded, ref)
            self._recorded = ref


class RevocableAccessToken(AccessToken, SessionToken):
    """simplejwt's ``AccessToken`` with a session."""

    lifetime = LiveSetting("ACCESS_TOKEN_LIFETIME")


class RevocableRefreshToken(RefreshToken, SessionToken):  # type: ignore[misc]
    """simplejwt's ``RefreshToken`` with a session."""

    lifetime = LiveSetting("REFRESH_TOKEN_LIFETIME")
    access_token_class = RevocableAccessToken


class RevocableSlidingToken(SlidingToken, SessionToken):  # type: ignore[misc]
    """simplejwt's ``SlidingToken`` with a session."""

    lifetime = LiveSetting("SLIDING_TOKEN_LIFETIME")


def _is_renewed(token: Any) -> bool:
    """Return whether a use of the session issues a new token in place of ``token``."""
    return not isinstance(token, RefreshToken) or bool(get_setting("ROTATE_REFRESH_TOKENS"))


def limit_expiry(payload: dict[str, Any]) -> None:
    """Let a token expire no later than its session (``SESSION_LIFETIME``)."""
    end = get_session_end(_claims.get_issued_at(payload))
    if end is not None:
        names = {"exp", get_setting("SLIDING_TOKEN_REFRESH_EXP_CLAIM")} & payload.keys()
        payload.update({name: min(payload[name], int(end.timestamp())) for name in names})


def _observe_lifetime(payload: Mapping[str, Any]) -> None:
    """Report the lifetime of a new token, for which a purge must keep revocations."""
    minted_at, expires_at = _claims.get_minted_at(payload), _claims.get_expires_at(payload)
    if expires_at:  # simplejwt rejects a token without an expiry.
        ref = TokenRef(kind=adapter.kind, identifier="", minted_at=minted_at, expires_at=expires_at)
        observe_lifetime(adapter, ref)


def new_session_id() -> UUID:
    """Return a UUID of version 7 (RFC 9562, section 5.7).

    New rows of sessions are neighbours in their index, which is then a third smaller on
    PostgreSQL. The time in it is no secret, as ``auth_time`` is in the token, too.
    """
    milliseconds, random = time.time_ns() // 1_000_000, secrets.randbits(74)
    version, variant = 7 << 76, 2 << 62
    high, low = random >> 62 << 64, random & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | version | high | variant | low)


def keep_in_session(token: Any, ref: TokenRef) -> None:
    """Add the claims of ``ref`` to ``token``, so that both have the same session.

    They get its session, its user and its time of login. A token that simplejwt's own classes
    issued has none of these claims.
    """
    session = ref.subject("session")
    if session is not None:
        token[_claims.SESSION_CLAIM] = session.id
    user = ref.subject("user")
    if user is not None and _claims.USER_CLAIM not in token.payload:
        _add_user_claim(token, user.id)
    issued_at: datetime = ref.issued_at or BEFORE_ALL_CUTOFFS
    token[_claims.AUTH_TIME_CLAIM] = issued_at.timestamp()


def _add_user_claim(token: Any, pk: Any) -> None:
    """Add the primary key of the user, if ``USER_ID_FIELD`` may change."""
    if not is_user_id_primary_key():
        token[_claims.USER_CLAIM] = str(pk)
