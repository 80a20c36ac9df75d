"""The search box. It is sent in the body, since what is pasted into it may be a token."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.db import connections
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from token_revocation.admin import users
from token_revocation.admin.pasted import token_of
from token_revocation.columns import storable, user_pk
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.services.transactions import reading
from token_revocation.tokens import EVERYONE, Subject

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

FINGERPRINT = re.compile(r"[0-9a-f]{8}")


class SearchingAdmin(Base):
    """Turns a search into conditions that an index answers, each of them."""

    @method_decorator(sensitive_post_parameters(SEARCH_VAR))
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """What was typed becomes part of the address; of a token, the name it has with us."""
        typed = request.POST.get(SEARCH_VAR) if request.method == "POST" else None
        asked = request.GET.get(SEARCH_VAR, "")
        if self.has_view_or_change_permission(request):
            try:
                named = name_of(asked if typed is None else typed)
            except RevocationUnavailable as error:
                self.message_user(request, error.default_detail, messages.ERROR)
                return _searching(request, "")
            if typed is not None or named != asked.strip():
                return _searching(request, named)
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        conditions = self.matching(text)
        if FINGERPRINT.fullmatch(text):
            conditions |= fingerprinted(text, connections[queryset.db].vendor)
        return queryset.filter(conditions), False

    def matching(self, text: str) -> Q:
        """The rows that ``text`` names."""
        raise NotImplementedError


def tokens_matching(text: str) -> Q:
    """Revoked tokens, by their identifier or their user."""
    pk = user_pk(text)
    found = [user.pk for user in users.search(text)] + ([] if pk is None else [pk])
    # A user who is deleted is known by this alone.
    deleted = Q(user=None, user_ref=storable(text))
    return Q(identifier=storable(text)) | Q(user__in=found) | deleted


def cutoffs_matching(text: str) -> Q:
    """Cutoffs, by their subject."""
    subjects = [Subject(type=of, id=text) for of in ("user", "session", "client")]
    subjects += [Subject.user(user.pk) for user in users.search(text)]
    subjects += [EVERYONE] if text.casefold() == EVERYONE.type else []
    return Q(key__in=[subject.key for subject in subjects])


def fingerprinted(text: str, vendor: str) -> Q:
    """Keys that begin with ``text``."""
    if vendor == "mysql":
        return Q(key__startswith=text)  # MariaDB orders UUIDs by their last part.
    return Q(key__range=(uuid.UUID(text.ljust(32, "0")), uuid.UUID(text.ljust(32, "f"))))


@sensitive_variables()
def name_of(typed: str) -> str:
    """``typed``, or the identifier of the token that it is, or was.

    Of an opaque token that was revoked its package has nothing left, but the digest by which we
    know it is among ours.
    """
    token = token_of(typed)
    if token is not None:
        return storable(token.identifier)
    raw = typed.strip().encode("utf-8", "replace")
    digests = [make(raw).hexdigest() for make in (hashlib.sha256, hashlib.sha512)]
    with reading(None, secret=True) as using:
        rows = RevokedToken.objects.using(using).filter(identifier__in=digests if raw else ())
        gone: str | None = rows.values_list("identifier", flat=True).first()
    return gone or typed.strip()


def _searching(request: HttpRequest, text: str) -> HttpResponse:
    query = request.GET.copy()
    query.pop(PAGE_VAR, None)
    query.pop(SEARCH_VAR, None)
    if text:
        query[SEARCH_VAR] = text
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
