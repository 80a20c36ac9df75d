"""Signal receivers that record what OAuth Toolkit revokes or deletes itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from oauth2_provider.settings import oauth2_settings

from token_revocation import services
from token_revocation._receivers.cache_invalidation import invalidate_all
from token_revocation._receivers.deletion_buffer import get_buffer
from token_revocation._receivers.watched_models import ModelReceivers, has_row_of
from token_revocation.adapters import get_adapters
from token_revocation.clock import native, now
from token_revocation.contrib.oauth2_provider import _device_codes
from token_revocation.contrib.oauth2_provider._storage import access_tokens, labels
from token_revocation.models import Reason
from token_revocation.services._stored_tokens import is_service_deletion
from token_revocation.services._transactions import run_first_possible
from token_revocation.tokens import TokenRef

KIND = "oauth2_provider"

HANDLED_ATTRIBUTE = "_token_revocation_handled"


def connect() -> None:
    """Connect the receivers to the models of tokens, device codes and clients."""
    for receivers in (_refresh_tokens, _access_tokens, _approvals, _applications):
        receivers.connect()


def record_refresh_token(*, instance: Any, raw: bool, **kwargs: Any) -> None:
    """Record the revocation of a refresh token that OAuth Toolkit marks as revoked."""
    adapter = get_adapters().get(KIND)
    if raw or instance.revoked is None or adapter is None or is_service_deletion():
        return
    # Its access token, which determines the expiry, is deleted already.
    lifetime = adapter.lifetime
    expires_at = None if lifetime is None else now() + lifetime
    ref = replace(adapter.identify(instance), expires_at=expires_at)
    run_first_possible(partial(services.record_deletion, ref, reason=Reason.PACKAGE))
    _revoke_sessions([ref])


def record_id_tokens(*, sender: Any, instance: Any, using: str, origin: Any, **kwargs: Any) -> None:
    """Record the ID tokens of access tokens that other code deletes.

    Expired tokens, and those deleted with their user or client, are not recorded.
    """
    model = getattr(origin, "model", type(origin))
    if model is not sender or HANDLED_ATTRIBUTE in vars(origin):
        return
    adapter = get_adapters().get(KIND)
    if adapter is None or is_service_deletion() or not oauth2_settings.OIDC_ENABLED:
        return
    # The signal is sent for each row; the first one handles all of them.
    vars(origin)[HANDLED_ATTRIBUTE] = True
    keys = origin.values("pk") if isinstance(origin, QuerySet) else [instance.pk]
    found = access_tokens().using(using).select_related("id_token")
    found = found.filter(pk__in=keys, id_token__isnull=False, expires__gt=native(now()))
    tokens = list(found)
    for token in tokens:
        get_buffer(using).add_token(token.id_token, adapter, Reason.PACKAGE)
    _revoke_sessions(map(adapter.identify, tokens))


def _revoke_sessions(tokens: Iterable[TokenRef]) -> None:
    """Revoke the sessions of ``tokens``, as OAuth Toolkit keeps their ID tokens."""
    with_session = [token for token in tokens if token.subject("session")]
    if oauth2_settings.OIDC_ENABLED and with_session:
        run_first_possible(partial(services.log_out_many, with_session, reason=Reason.PACKAGE))


def _is_access_token(model: type[Any]) -> bool:
    return has_row_of(labels()[0], model)


def _is_refresh_token(model: type[Any]) -> bool:
    return has_row_of(labels()[1], model)


def _is_application(model: type[Any]) -> bool:
    return has_row_of(oauth2_settings.APPLICATION_MODEL, model)


def _is_device_code(model: type[Any]) -> bool:
    return has_row_of(oauth2_settings.DEVICE_GRANT_MODEL, model)


_access_tokens = ModelReceivers(_is_access_token, [(pre_delete, record_id_tokens)])
# A cached token has the columns of its client.
_applications = ModelReceivers(
    _is_application, [(post_save, invalidate_all), (post_delete, invalidate_all)]
)
_refresh_tokens = ModelReceivers(_is_refresh_token, [(post_save, record_refresh_token)])
_approvals = ModelReceivers(
    _is_device_code,
    [(pre_save, _device_codes.find_approval), (post_save, _device_codes.record_approval)],
)
