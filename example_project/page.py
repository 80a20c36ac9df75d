"""The page of the demonstration, and its live data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from example_project import swagger
from example_project.demo.accounts import USERS
from example_project.kinds import KINDS
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.serializers import UTCDateTimeField
from token_revocation.sessions.services import list_sessions
from token_revocation.stores import get_store

DEVICES = ("Phone", "Laptop", "Browser")
"""The last one is logged in by a session cookie, the others by tokens."""

MAX_REVOCATIONS = 6

LABELS = {"session": "browser", **{kind.name: kind.label for kind in KINDS}}
"""What the page calls each kind of token."""

to_timestamp: Callable[[Any], Any] = UTCDateTimeField().to_representation


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """Return the page with two devices and the browser side by side."""
    context = {"devices": DEVICES, "kinds": KINDS, "users": USERS, "swagger": swagger.IS_INSTALLED}
    return render(request, "example_project/demonstration.html", context)


@require_safe
@never_cache
def state(request: HttpRequest) -> JsonResponse:
    """Return the active sessions of all users and the newest revocations.

    Not for production.
    """
    store = get_store()
    return JsonResponse(
        {
            "store": type(store).__name__,
            "staleness_bound": store.staleness_bound,
            "sessions": [shown for user in _users() for shown in _active(user)],
            "revocations": sorted(
                _revocations(), key=lambda revocation: revocation["at"], reverse=True
            )[:MAX_REVOCATIONS],
        }
    )


def _users() -> Any:
    return get_user_model().objects.filter(username__in=USERS).order_by("username")


def _active(user: Any) -> Iterator[dict[str, Any]]:
    for session in list_sessions(user):
        yield {
            "user": user.get_username(),
            "kind": LABELS.get(session.row.kind, session.row.kind),
            "id": str(session.row.pk),
            "label": session.label,
            "fingerprint": session.row.ref.family_key.hex[:8],
            "last_used_at": to_timestamp(session.row.last_used_at),
        }


def _revocations() -> Iterator[dict[str, Any]]:
    """Return the newest revocations, without rotated refresh tokens."""
    tokens = RevokedToken.objects.exclude(reason=Reason.ROTATED)
    for row in chain(_latest(tokens), _latest(TokenCutoff.objects.all())):
        yield {
            "subject": getattr(row, "subject_type", "token"),
            "kind": getattr(row, "kind", ""),
            "fingerprint": row.key.hex[:8],
            "user": _name(row.user),
            "reason": dict(Reason.choices).get(row.reason, row.reason),
            "by": _name(row.revoked_by),
            "at": to_timestamp(row.revoked_at),
        }


def _latest(rows: Any) -> Any:
    return rows.select_related("user", "revoked_by").order_by("-pk")[:MAX_REVOCATIONS]


def _name(user: Any) -> str:
    return user.get_username() if user else ""
