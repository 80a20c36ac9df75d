"""simplejwt's own record of the refresh and sliding tokens it issued, where its app is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import router
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import UntypedToken
from rest_framework_simplejwt.utils import aware_utcnow, datetime_to_epoch

from token_revocation.contrib.simplejwt.authentic import authentic_token, holding
from token_revocation.contrib.simplejwt.claims import identifier_claim
from token_revocation.contrib.simplejwt.live import setting
from token_revocation.contrib.simplejwt.subjects import remember_user

APP = "rest_framework_simplejwt.token_blacklist"
BATCH = 1000


def is_installed() -> bool:
    """Whether there is such a record."""
    return apps.is_installed(APP)


def newest_first(user: Any) -> Iterator[Any]:
    """The authentic tokens of ``user`` that may not have expired and were not blacklisted."""
    if not is_installed():
        return
    # The row of a sliding token knows only of the time before its first refresh.
    horizon = aware_utcnow() - setting("SLIDING_TOKEN_REFRESH_LIFETIME")
    rows = _rows(OutstandingToken).filter(user_id=user.pk, expires_at__gt=horizon)
    rows = rows.filter(blacklistedtoken=None).order_by("-pk")
    for raw in rows.values_list("token", flat=True).iterator(chunk_size=BATCH):
        token = authentic_token(raw)
        if token is not None:
            remember_user(token, user.pk)
            yield token


def is_blacklisted(identifier: str) -> bool:
    """Whether simplejwt's own record says that the token is refused."""
    return is_installed() and _rows(BlacklistedToken).filter(token__jti=identifier).exists()


def blacklisted(batch_size: int) -> Iterator[Any]:
    """Every token that is refused by simplejwt's own record.

    In the order of the primary key, a batch at a time, so however many there are they take
    neither memory nor a lock.
    """
    batch = _after(0, batch_size) if is_installed() else []
    while batch:
        for row in batch:
            yield stored_token(row.token)
        batch = _after(batch[-1].pk, batch_size)


def stored_token(row: Any) -> Any:
    """The token of a row of ours; from its columns, if what it stores cannot be decoded."""
    try:
        token: Any = UntypedToken(row.token, verify=False)
    except TokenError:
        token = holding(_payload(row))
    remember_user(token, row.user_id)
    return token


def _payload(row: Any) -> dict[str, Any]:
    issued_at = row.created_at
    return {
        identifier_claim(): row.jti,
        "iss": setting("ISSUER"),
        "iat": datetime_to_epoch(issued_at) if issued_at else None,
        "exp": datetime_to_epoch(row.expires_at),
    }


def _after(pk: int, batch_size: int) -> list[Any]:
    rows = _rows(BlacklistedToken).filter(pk__gt=pk).select_related("token")
    return list(rows.order_by("pk")[:batch_size])


def _rows(model: Any) -> Any:
    return model._default_manager.using(router.db_for_write(model))
