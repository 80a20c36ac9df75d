"""Lifetimes of OAuth Toolkit's tokens, and the age of the oldest usable one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone
from oauth2_provider.models import get_grant_model
from oauth2_provider.settings import oauth2_settings

from token_revocation.clock import aware, native, now
from token_revocation.contrib.oauth2_provider import _storage
from token_revocation.contrib.oauth2_provider._identity import as_timedelta, refresh_lifetime

MAX_DEVICE_CODE_LIFETIME = timedelta(minutes=30)
"""Default lifetime of device codes in oauthlib. Their rows have no creation time."""


def longest_lifetime() -> timedelta | None:
    """Return how long tokens issued until now may be accepted; ``None`` is forever.

    A refresh token outlives its access token by ``REFRESH_TOKEN_EXPIRE_SECONDS``, or never
    expires. ID tokens count, too. Reads the database, as stored tokens may have any expiry.
    """
    after = refresh_lifetime()
    if after is None:
        return None
    access, _, id_token = _storage.models()
    accessible = [_get_duration("ACCESS_TOKEN_EXPIRE_SECONDS"), *_stored_lifetime(access)]
    named = [_get_duration("ID_TOKEN_EXPIRE_SECONDS")] if oauth2_settings.OIDC_ENABLED else []
    return max([max(accessible) + after, *named, *_stored_lifetime(id_token)])


def oldest_minted_at() -> datetime:
    """Return the issue time of the oldest usable token, or of one issued for a code."""
    # "created" of a row is the time of the login, which a refresh does not change.
    oldest = [rows.aggregate(oldest=Min("created"))["oldest"] for rows in _usable_rows()]
    return min([now() - _code_lifetime(), *(aware(created) for created in oldest if created)])


def _stored_lifetime(model: Any) -> list[timedelta]:
    """Return the time until the last stored token expires, as a list of at most one."""
    latest = _storage.rows(model).aggregate(latest=Max("expires"))["latest"]
    return [aware(latest) - now()] if latest else []


def _code_lifetime() -> timedelta:
    return max(_get_duration("AUTHORIZATION_CODE_EXPIRE_SECONDS"), MAX_DEVICE_CODE_LIFETIME)


def _usable_rows() -> Iterator[Any]:
    """Yield for each model the rows that may still be accepted or exchanged."""
    current_time = timezone.now()
    access, refresh, id_token = _storage.models()
    for model in (access, id_token, get_grant_model()):
        yield _storage.rows(model).filter(expires__gt=current_time)
    grace = as_timedelta(oauth2_settings.REFRESH_TOKEN_GRACE_PERIOD_SECONDS)
    yield _storage.rows(refresh).filter(_can_be_refreshed(), revoked=None)
    yield _storage.rows(refresh).filter(revoked__gt=current_time - grace)


def _can_be_refreshed() -> Q:
    after = refresh_lifetime()
    if after is None:
        return Q()
    return Q(access_token=None) | Q(access_token__expires__gt=native(now() - after))


def _get_duration(name: str) -> timedelta:
    return as_timedelta(getattr(oauth2_settings, name))
