"""The OAuth 2.0 validator that rejects revoked tokens and grants.

Set ``OAUTH2_VALIDATOR_CLASS`` in ``OAUTH2_PROVIDER`` to :class:`RevocableOAuth2Validator`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import router, transaction
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings

from token_revocation import services
from token_revocation.contrib.oauth2_provider import _device_codes, _grants, _id_tokens, _queries
from token_revocation.contrib.oauth2_provider._grants import (
    GrantRevoked,
    get_origin,
    get_refresh_token,
)
from token_revocation.contrib.oauth2_provider._issue_times import create_at
from token_revocation.contrib.oauth2_provider._session_limits import (
    is_active,
    is_idle,
    limit_expiry,
    record_refresh,
)
from token_revocation.contrib.oauth2_provider._storage import checksum, find_tokens, rows
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.contrib.oauth2_provider.authentication import (
    is_check_deferred,
    is_token_in_url,
)
from token_revocation.models import Reason
from token_revocation.services._stored_tokens import service_deletion
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.signals import revoked_token_used

adapter = OAuth2ProviderAdapter()


class RevocableOAuth2Validator(OAuth2Validator):  # type: ignore[misc]
    """Validator that checks revocations before it accepts a token or a grant.

    Tokens count as issued at the time of their grant, so that a cutoff applies to them. A code is
    used once. No token is stored for an account that has changed since its user was authenticated.
    """

    def validate_bearer_token(self, token: Any, scopes: Any, request: Any) -> bool:
        accepted = super().validate_bearer_token(token, scopes, request)
        return bool(accepted) and _is_usable(request)

    def validate_jwt_bearer_token(self, token: Any, scopes: Any, request: Any) -> bool:
        accepted = super().validate_jwt_bearer_token(token, scopes, request)
        return bool(accepted) and _is_usable(request)

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            _handle_reuse(refresh_token)
            return False
        presented, origin = get_refresh_token(request), get_origin(request)
        origin.granted_at, origin.family = presented.created, presented.token_family
        return not is_idle(presented) and is_active(presented, sender=RevocableOAuth2Validator)

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        if not super().validate_code(client_id, code, client, request, *args, **kwargs):
            return False
        return _grants.accept_code(request, code)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any
    ) -> None:
        if not get_origin(request).is_code_used:
            super().invalidate_authorization_code(client_id, code, request, *args, **kwargs)

    def validate_device_code(
        self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any
    ) -> str | None:
        """Return the status of a device code, for oauthlib 4 and later."""
        return _device_codes.validate_code(request)

    def _load_access_token(self, token: str) -> Any:
        return _queries.find_access_token(token)

    def _load_id_token(self, token: str) -> Any:
        # OAuth Toolkit parses the unverified token and raises an error if it is not JSON.
        found = _id_tokens.find([token])
        loaded = super()._load_id_token(token) if found else None
        return _id_tokens.copy_family(loaded, found[0]) if loaded else None

    def finalize_id_token(self, id_token: Any, token: Any, *args: Any, **kwargs: Any) -> Any:
        request = args[-1]
        code = token.get("code")
        family = _grants.family_of_code(code) if code else get_origin(request).family
        if family is not None:
            id_token[_id_tokens.SESSION_CLAIM] = str(family)
        return super().finalize_id_token(id_token, token, *args, **kwargs)

    @retry_on_deadlock
    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        with atomic_write(router.db_for_write(get_access_token_model()), secret=True):
            return super().save_bearer_token(token, request, *args, **kwargs)

    def _save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        presented = get_refresh_token(request)
        # Set it as an attribute, or OAuth Toolkit reads a parameter of that name from the client.
        request.refresh_token_instance = presented
        _grants.lock_account(request)
        _device_codes.use_code(request)
        if presented is not None:
            _lock_unrevoked(presented, request)
        limit_expiry(token, request, get_origin(request).granted_at)
        with service_deletion():  # A token that a refresh replaces is not recorded as revoked.
            saved = super()._save_bearer_token(token, request, *args, **kwargs)
        _grants.use_code(request)
        if presented is None:
            _grants.announce_login(request)
        elif not self.rotate_refresh_token(request):
            _link_id_token(request, presented)
            presented.refresh_from_db(fields=["access_token"])  # It has another expiry now.
            record_refresh(presented)
        else:
            record_refresh(get_origin(request).issued)
        return saved

    def _create_access_token(self, expires: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        create = partial(super()._create_access_token, expires, request, *args, **kwargs)
        origin = get_origin(request)
        origin.issued = create_at(origin.granted_at, create)
        return origin.issued

    def _create_refresh_token(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        create = partial(super()._create_refresh_token, request, *args, **kwargs)
        origin = get_origin(request)
        family = {"token_family": origin.family} if origin.family else {}
        origin.issued = create_at(origin.granted_at, create, **family)
        return origin.issued

    def _save_id_token(self, jti: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        _grants.lock_account(request)
        create = partial(super()._save_id_token, jti, request, *args, **kwargs)
        return create_at(get_origin(request).granted_at, create)

    def _create_authorization_code(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic(using=router.db_for_write(get_grant_model())):
            _grants.lock_account(request)
            create = super()._create_authorization_code
            return create_at(None, partial(create, request, *args, **kwargs))


def _is_usable(request: Any) -> bool:
    """Return whether the token of ``request`` is not in its URL and not revoked."""
    if is_token_in_url(request.headers, dict(request.uri_query_params)):
        return False
    token = request.access_token
    return is_check_deferred() or is_active(token, sender=RevocableOAuth2Validator)


def _handle_reuse(raw: str) -> None:
    """Report the reuse of a refresh token; with reuse protection, revoke its session."""
    reused = next(
        (token for token in find_tokens([checksum(raw)]) if hasattr(token, "revoked")), None
    )
    if reused is None or reused.revoked is None:
        return
    ref = adapter.identify(reused)
    revoked_token_used.send_robust(RevocableOAuth2Validator, token=ref, request=None)
    if oauth2_settings.REFRESH_TOKEN_REUSE_PROTECTION:
        services.log_out(ref, reason=Reason.REUSED)


def _lock_unrevoked(refresh_token: Any, request: Any) -> None:
    """Lock the row of ``refresh_token``, so that a concurrent revocation waits.

    Raises:
        GrantRevoked: The token was revoked before it was used.
    """
    locked = get_refresh_token_model().objects.select_for_update()
    current = locked.filter(pk=refresh_token.pk).first()
    issued = get_access_token_model().objects.filter(source_refresh_token=refresh_token)
    if current is None or (current.revoked is not None and not issued.exists()):
        raise GrantRevoked(request=request)


def _link_id_token(request: Any, refresh_token: Any) -> None:
    """Link the new ID token to the access token, whose row is reused without rotation."""
    id_token = vars(request).get("id_token")
    if id_token is not None:
        kept = rows(get_access_token_model()).filter(pk=refresh_token.access_token_id)
        kept.update(id_token=id_token)
