"""The doors of OAuth Toolkit: name :class:`RevocableOAuth2Validator` in its settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2.rfc6749 import errors

from token_revocation import services
from token_revocation.clock import aware, database_now, native
from token_revocation.contrib.oauth2_provider import finding, id_tokens
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.contrib.oauth2_provider.authentication import is_asked_later
from token_revocation.contrib.oauth2_provider.stored import checksum, find
from token_revocation.models import Reason
from token_revocation.services.deleting import deleting
from token_revocation.signals import revoked_token_used
from token_revocation.stores import get_store
from token_revocation.tokens import Subject, TokenRef

adapter = OAuth2ProviderAdapter()


class Ended(errors.InvalidGrantError):  # type: ignore[misc]
    """A token was ended while it was being used."""

    headers: ClassVar = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    """RFC 6749, section 5.2. Where tokens are stored, oauthlib adds none of its own."""


class RevocableOAuth2Validator(OAuth2Validator):  # type: ignore[misc]
    """Asks before a token, a refresh token or an authorization code is accepted.

    What is made of a refresh token or a code counts as issued when that was, so that what was
    begun before a cutoff ends with it, however late its tokens are made.
    """

    def validate_bearer_token(self, token: Any, scopes: Any, request: Any) -> bool:
        accepted = super().validate_bearer_token(token, scopes, request)
        return bool(accepted) and (is_asked_later() or _is_open(request.access_token))

    def validate_jwt_bearer_token(self, token: Any, scopes: Any, request: Any) -> bool:
        accepted = super().validate_jwt_bearer_token(token, scopes, request)
        return bool(accepted) and (is_asked_later() or _is_open(request.access_token))

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        rest = (refresh_token, client, request, *args)
        if not super().validate_refresh_token(*rest, **kwargs):
            _end_session_of_reused(refresh_token)
            return False
        request.token_began = request.refresh_token_instance.created
        return _is_open(request.refresh_token_instance)

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        if not super().validate_code(client_id, code, client, request, *args, **kwargs):
            return False
        grant = get_grant_model().objects.get(code=code, application=client)
        request.token_began = grant.created
        return grant.user.is_active and not get_store().is_revoked(_of_grant(grant, client))

    def _load_access_token(self, token: str) -> Any:
        return finding.access_token(token)

    def _load_id_token(self, token: str) -> Any:
        # OAuth Toolkit reads what nobody has verified yet, and fails where it finds no JSON there.
        return super()._load_id_token(token) if id_tokens.find([token]) else None

    def _save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        refresh_token = getattr(request, "refresh_token_instance", None)
        if refresh_token is not None:
            _refuse_if_ended_meanwhile(refresh_token, request)
        with deleting():  # What a refresh replaces is no news.
            return super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_access_token(self, expires: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        made = super()._create_access_token(expires, request, *args, **kwargs)
        return _dated(made, getattr(request, "token_began", None))

    def _create_refresh_token(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        made = super()._create_refresh_token(request, *args, **kwargs)
        return _dated(made, getattr(request, "token_began", None))

    def _save_id_token(self, jti: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        made = super()._save_id_token(jti, request, *args, **kwargs)
        return _dated(made, getattr(request, "token_began", None))

    def _create_authorization_code(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return _dated(super()._create_authorization_code(request, *args, **kwargs), None)


def _is_open(token: Any) -> bool:
    """Whether neither the user nor ``token`` itself was ended."""
    if not getattr(token.user, "is_active", True):
        return False
    ref = adapter.identify(token)
    if get_store().is_revoked(ref):
        revoked_token_used.send_robust(RevocableOAuth2Validator, token=ref, request=None)
        return False
    return True


def _end_session_of_reused(raw: str) -> None:
    """As OAuth Toolkit has just done, if ``REFRESH_TOKEN_REUSE_PROTECTION`` is on."""
    reused = next((token for token in find([checksum(raw)]) if hasattr(token, "revoked")), None)
    if reused is None or reused.revoked is None:
        return
    ref = adapter.identify(reused)
    revoked_token_used.send_robust(RevocableOAuth2Validator, token=ref, request=None)
    if oauth2_settings.REFRESH_TOKEN_REUSE_PROTECTION:
        services.log_out(ref, reason=Reason.REUSED)


def _refuse_if_ended_meanwhile(refresh_token: Any, request: Any) -> None:
    """Whoever revokes it waits for us, or we for them; it has led to nothing if they were first."""
    rows = get_refresh_token_model().objects.select_for_update()
    now = rows.filter(pk=refresh_token.pk).first()
    used = get_access_token_model().objects.filter(source_refresh_token=refresh_token)
    if now is None or (now.revoked is not None and not used.exists()):
        raise Ended(request=request)


def _of_grant(grant: Any, client: Any) -> TokenRef:
    """An authorization code, as far as a cutoff concerns it."""
    return TokenRef(
        kind=adapter.kind,
        identifier=checksum(grant.code),
        subjects=(Subject.user(grant.user_id), Subject.client(client.client_id)),
        issued_at=aware(grant.created),
    )


def _dated(row: Any, began: datetime | None) -> Any:
    """``row``, created at ``began``, or else now by the clock that cutoffs go by."""
    row.created = began or native(database_now(row._state.db))
    rows = type(row)._base_manager.using(row._state.db)
    rows.filter(pk=row.pk).update(created=row.created)
    return row
