"""Models and rows of OAuth Toolkit; a project may have swapped each model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import router
from django.db.models import F
from oauth2_provider.settings import oauth2_settings


def labels() -> tuple[str, str, str]:
    """Return the labels of the models of access, refresh and ID tokens."""
    names = oauth2_settings
    return names.ACCESS_TOKEN_MODEL, names.REFRESH_TOKEN_MODEL, names.ID_TOKEN_MODEL


def models() -> tuple[Any, Any, Any]:
    """Return the models of access, refresh and ID tokens."""
    # Looked up on each call, as they load after DRF's authentication classes.
    access, refresh, id_token = labels()
    return apps.get_model(access), apps.get_model(refresh), apps.get_model(id_token)


def secret_fields() -> tuple[str, ...]:
    """Return the labels of columns with tokens, codes, checksums and client secrets."""
    names = oauth2_settings
    access, refresh, _ = labels()
    columns = {
        access: ("token", "token_checksum"),
        refresh: ("token", "token_checksum"),
        names.GRANT_MODEL: ("code",),
        names.APPLICATION_MODEL: ("client_secret",),
        getattr(names, "DEVICE_GRANT_MODEL", ""): ("device_code", "user_code"),
    }
    return tuple(f"{label}.{name}" for label, fields in columns.items() for name in fields)


def grant_model() -> Any:
    """Return the model of authorization codes."""
    return apps.get_model(oauth2_settings.GRANT_MODEL)


def device_grant_model() -> Any:
    """Return the model of device codes."""
    return apps.get_model(oauth2_settings.DEVICE_GRANT_MODEL)


def rows(model: Any) -> Any:
    """Return all rows of ``model``, in the database for writes."""
    return model._default_manager.using(router.db_for_write(model))


def access_tokens() -> Any:
    """Return the access tokens, joined with the rows that identify them."""
    return rows(models()[0]).select_related("application", "user", refresh_token_lookup())


def related_secrets() -> tuple[str, str]:
    """Return the lookups of secrets that :func:`access_tokens` joins."""
    return f"{refresh_token_lookup()}__token", "application__client_secret"


def refresh_tokens() -> Any:
    """Return the refresh tokens, joined with the rows that identify them."""
    return rows(models()[1]).select_related("application", "access_token")


def checksum(raw: str) -> str:
    """Return the checksum that OAuth Toolkit stores for the token ``raw``."""
    return hashlib.sha256(raw.encode()).hexdigest()


def parse_jtis(identifiers: Iterable[str]) -> list[UUID]:
    """Return the ``jti`` of each ID token; only these identifiers have hyphens."""
    return [UUID(identifier) for identifier in identifiers if "-" in identifier]


def find_tokens(checksums: Sequence[str]) -> list[Any]:
    """Return the access and refresh tokens with these checksums, in two queries."""
    # Several rows may share a checksum. The one that is not revoked comes last and counts.
    refresh = refresh_tokens().filter(token_checksum__in=checksums)
    refresh = refresh.order_by(F("revoked").asc(nulls_last=True))
    found = [*access_tokens().filter(token_checksum__in=checksums), *refresh]
    return list({token.token_checksum: token for token in found}.values())


def refresh_token_accessor() -> str:
    """Return the attribute of an access token that holds its refresh token."""
    name: str = _access_token_field().remote_field.get_accessor_name()
    return name


def get_refresh_token(access_token: Any) -> Any:
    """Return the refresh token that was issued with ``access_token``, or ``None``."""
    return getattr(access_token, refresh_token_accessor(), None)


def refresh_token_lookup() -> str:
    """Return the lookup of the refresh token in queries on access tokens."""
    name: str = _access_token_field().related_query_name()
    return name


def access_token_accessor() -> str:
    """Return the attribute of an ID token that holds its access token."""
    name: str = models()[0]._meta.get_field("id_token").remote_field.get_accessor_name()
    return name


def get_access_token(id_token: Any) -> Any:
    """Return the access token that was issued with ``id_token``, or ``None``."""
    return getattr(id_token, access_token_accessor(), None)


def _access_token_field() -> Any:
    """Return the relation of refresh tokens to access tokens."""
    return models()[1]._meta.get_field("access_token")
