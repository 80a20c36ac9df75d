"""Browser sessions of Django, with the middleware of a project."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import override_settings
from rest_framework.authentication import SessionAuthentication

from benchmarks.contestants.base import Contestant, factory
from benchmarks.contestants.revocable import with_store
from benchmarks.users import users_of
from token_revocation.contrib.sessions import RevocableSessionAuthentication, RevocationMiddleware

OURS = {"ADAPTERS": ["token_revocation.contrib.sessions.SessionAdapter"]}
DJANGO = (SessionMiddleware, AuthenticationMiddleware)


@cache
def session_headers() -> list[str]:
    """Return the cookie of a logged-in browser of each user."""
    with override_settings(TOKEN_REVOCATION=OURS):
        return [f"sessionid={log_in(user)}" for user in users_of("browser")]


def log_in(user: Any) -> str:
    """Return the key of a new session."""
    request = factory.get("/")

    def view(request: Any) -> HttpResponse:
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponse()

    SessionMiddleware(view)(request)
    return str(request.session.session_key)


ALONE = Contestant(
    name="DRF SessionAuthentication",
    authentication=SessionAuthentication,
    issue=session_headers,
    header="HTTP_COOKIE",
    middleware=DJANGO,
)

CONTESTANTS = [
    ALONE,
    *(
        Contestant(
            name=f"browser session, {store}",
            authentication=RevocableSessionAuthentication,
            issue=session_headers,
            header="HTTP_COOKIE",
            middleware=(*DJANGO, RevocationMiddleware),
            alone=ALONE.name,
            settings=with_store(store, **OURS),
        )
        for store in ("DatabaseStore", "SnapshotStore")
    ),
]
