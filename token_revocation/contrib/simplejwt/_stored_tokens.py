"""Outstanding and blacklisted tokens, stored by simplejwt's ``token_blacklist``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import router
from django.db.models import Min
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import UntypedToken
from rest_framework_simplejwt.utils import aware_utcnow, datetime_to_epoch

from token_revocation.clock import aware, native
from token_revocation.contrib.simplejwt._claims import get_identifier_claim
from token_revocation.contrib.simplejwt._decoder import build_token, decode_token
from token_revocation.contrib.simplejwt._settings import get_setting
from token_revocation.contrib.simplejwt._subjects import cache_user_pk

BLACKLIST_APP = "rest_framework_simplejwt.token_blacklist"
BATCH_SIZE = 1000


def is_installed() -> bool:
    """Return whether the app is installed."""
    return apps.is_installed(BLACKLIST_APP)


def iterate_outstanding(user: Any) -> Iterator[Any]:
    """Yield the verified, not blacklisted tokens of ``user``, newest first.

    Tokens that expired recently can be among them.
    """
    if not is_installed():
        return
    # The row of a sliding token has the expiry from before its first refresh.
    horizon = aware_utcnow() - get_setting("SLIDING_TOKEN_REFRESH_LIFETIME")
    rows = _get_rows(OutstandingToken).filter(user_id=user.pk, expires_at__gt=horizon)
    rows = rows.filter(blacklistedtoken=None).order_by("-pk")
    for raw in rows.values_list("token", flat=True).iterator(chunk_size=BATCH_SIZE):
        token = decode_token(raw)
        if token is not None:
            cache_user_pk(token, user.pk)
            yield token


def get_oldest_minted_at(unexpired_at: datetime) -> datetime | None:
    """Return the issue time of the oldest token that expires after ``unexpired_at``."""
    if not is_installed():
        return None
    rows = _get_rows(OutstandingToken).filter(expires_at__gt=native(unexpired_at))
    oldest = rows.aggregate(oldest=Min("created_at"))["oldest"]
    return aware(oldest).replace(microsecond=0) if oldest else None


def is_blacklisted(identifier: str) -> bool:
    """Return whether simplejwt has blacklisted the token with this ``jti``."""
    return is_installed() and _get_rows(BlacklistedToken).filter(token__jti=identifier).exists()


def iterate_blacklisted(batch_size: int) -> Iterator[Any]:
    """Yield every blacklisted token in the order of primary keys.

    Each batch is a query of its own, so a large table needs neither much memory nor a lock.
    """
    batch = _get_batch_after(0, batch_size) if is_installed() else []
    while batch:
        for row in batch:
            yield load_token(row.token)
        batch = _get_batch_after(batch[-1].pk, batch_size)


def load_token(row: Any) -> Any:
    """Return the token of an outstanding row, or one built from its columns."""
    try:
        token: Any = UntypedToken(row.token, verify=False)
    except TokenError:
        token = build_token(_build_payload(row))
    cache_user_pk(token, row.user_id)
    return token


def _build_payload(row: Any) -> dict[str, Any]:
    issued_at = row.created_at
    return {
        get_identifier_claim(): row.jti,
        "iss": get_setting("ISSUER"),
        "iat": datetime_to_epoch(issued_at) if issued_at else None,
        "exp": datetime_to_epoch(row.expires_at),
    }


def _get_batch_after(pk: int, batch_size: int) -> list[Any]:
    rows = _get_rows(BlacklistedToken).filter(pk__gt=pk).select_related("token")
    return list(rows.order_by("pk")[:batch_size])


def _get_rows(model: Any) -> Any:
    return model._default_manager.using(router.db_for_write(model))
