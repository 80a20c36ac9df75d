"""What OAuth Toolkit stores: rows of models, each of which the project may have swapped."""

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
    """Of the models of access, refresh and ID tokens."""
    names = oauth2_settings
    return names.ACCESS_TOKEN_MODEL, names.REFRESH_TOKEN_MODEL, names.ID_TOKEN_MODEL


def models() -> tuple[Any, Any, Any]:
    """Those models; looked up late, as they load after the classes of DRF."""
    access, refresh, id_token = labels()
    return apps.get_model(access), apps.get_model(refresh), apps.get_model(id_token)


def rows(model: Any) -> Any:
    """All rows of ``model``, in the database that is written."""
    return model._default_manager.using(router.db_for_write(model))


def access_tokens() -> Any:
    """With what identifies them, in one query."""
    return rows(models()[0]).select_related("application", "user", bound_query_name())


def refresh_tokens() -> Any:
    """With what identifies them, in one query."""
    return rows(models()[1]).select_related("application", "access_token")


def checksum(raw: str) -> str:
    """What OAuth Toolkit stores beside, or in the place of, a token that a client holds."""
    return hashlib.sha256(raw.encode()).hexdigest()


def jtis(identifiers: Iterable[str]) -> list[UUID]:
    """Those of ID tokens: a checksum has no hyphens."""
    return [UUID(identifier) for identifier in identifiers if "-" in identifier]


def find(checksums: Sequence[str]) -> list[Any]:
    """The access and refresh tokens with these checksums, in two queries."""
    # Several rows may share one; that in force comes last, and counts.
    refresh = refresh_tokens().filter(token_checksum__in=checksums)
    refresh = refresh.order_by(F("revoked").asc(nulls_last=True))
    found = [*access_tokens().filter(token_checksum__in=checksums), *refresh]
    return list({token.token_checksum: token for token in found}.values())


def bound_name() -> str:
    """The attribute of an access token that is the refresh token issued together with it."""
    name: str = _bound().remote_field.get_accessor_name()
    return name


def bound_refresh_token(access_token: Any) -> Any:
    """The refresh token that was issued together with ``access_token``, or ``None``."""
    return getattr(access_token, bound_name(), None)


def bound_query_name() -> str:
    """How a query on access tokens names :func:`bound_refresh_token`."""
    name: str = _bound().related_query_name()
    return name


def beside_name() -> str:
    """The attribute of an ID token that is the access token issued together with it."""
    name: str = models()[0]._meta.get_field("id_token").remote_field.get_accessor_name()
    return name


def access_token_of(id_token: Any) -> Any:
    """The access token that was issued together with ``id_token``, or ``None``."""
    return getattr(id_token, beside_name(), None)


def _bound() -> Any:
    return models()[1]._meta.get_field("access_token")
