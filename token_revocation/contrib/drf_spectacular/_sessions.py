"""OpenAPI operations of ``token_revocation.sessions.urls``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from token_revocation.contrib.drf_spectacular._responses import (
    AUTHENTICATION_ERRORS,
    BODY_ERRORS,
    SUCCESS,
    Operations,
)
from token_revocation.sessions.serializers import SessionNameSerializer, SessionSerializer

LIST: Mapping[str, Any] = {
    "get": {"responses": {200: SessionSerializer(many=True), **AUTHENTICATION_ERRORS}}
}

DETAIL: Mapping[str, Any] = {
    "patch": {
        "request": SessionNameSerializer,
        "responses": {200: SessionSerializer, **AUTHENTICATION_ERRORS, **BODY_ERRORS},
    },
    "delete": {"responses": {204: SUCCESS, **AUTHENTICATION_ERRORS}},
}

OPERATIONS: Operations = {
    "SessionListView": LIST,
    "SessionDetailView": DETAIL,
    "RevokeOtherSessionsView": {
        "post": {"request": None, "responses": {204: SUCCESS, **AUTHENTICATION_ERRORS}}
    },
    "UserSessionListView": LIST,
    "UserSessionDetailView": DETAIL,
}
