"""The page of the demonstration, and what it shows live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from example_project import swagger
from example_project.demo.people import USERS
from example_project.kinds import KINDS
from token_revocation import services
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.serializers import MomentField
from token_revocation.stores import get_store

DEVICES = ("Phone", "Laptop")

LATEST = 6
"""How many of the latest revocations are shown."""

moment: Callable[[Any], Any] = MomentField().to_representation


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Two devices, side by side."""
    context = {"devices": DEVICES, "kinds": KINDS, "users": USERS, "swagger": swagger.IS_INSTALLED}
    return render(request, "example_project/demonstration.html", context)


@require_safe
@never_cache
def state(request: HttpRequest) -> JsonResponse:
    """Everybody's active tokens, and what ended last, for anybody to see: no project in earnest."""
    store = get_store()
    return JsonResponse(
        {
            "store": type(store).__name__,
            "staleness_bound": store.staleness_bound,
            "tokens": [shown for user in _users() for shown in _active(user)],
            "endings": sorted(_endings(), key=lambda e: e["at"], reverse=True)[:LATEST],
        }
    )


def _users() -> Any:
    return get_user_model().objects.filter(username__in=USERS).order_by("username")


def _active(user: Any) -> Iterator[dict[str, Any]]:
    for token in services.active_tokens(user):
        yield {
            "user": user.get_username(),
            "kind": token.kind,
            "id": str(token.family_key),
            "is_session": token.subject("session") is not None,
            "fingerprint": token.fingerprint,
            "issued_at": moment(token.issued_at),
            "expires_at": moment(token.expires_at),
        }


def _endings() -> Iterator[dict[str, Any]]:
    """Not those of refresh tokens that were used up: nobody ended them."""
    tokens = RevokedToken.objects.exclude(reason=Reason.ROTATED)
    for row in chain(_latest(tokens), _latest(TokenCutoff.objects.all())):
        yield {
            "subject": getattr(row, "subject_type", "token"),
            "kind": getattr(row, "kind", ""),
            "fingerprint": row.key.hex[:8],
            "user": _name(row.user),
            "reason": dict(Reason.choices).get(row.reason, row.reason),
            "by": _name(row.revoked_by),
            "at": moment(row.revoked_at),
        }


def _latest(rows: Any) -> Any:
    return rows.select_related("user", "revoked_by").order_by("-pk")[:LATEST]


def _name(user: Any) -> str:
    return user.get_username() if user else ""
