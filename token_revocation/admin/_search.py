"""Search in the lists of revocations, by a POST request that may contain a token."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.db import connections
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from token_revocation._rows import make_storable, user_pk
from token_revocation.admin import _users
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.services._embedded_tokens import digests_in, tokens_in
from token_revocation.services._transactions import database_errors
from token_revocation.tokens import EVERYONE, Subject, TokenRef

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

FINGERPRINT_PATTERN = re.compile(r"[0-9a-f]{8}")

JWS_PATTERN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
"""A signed token, also one that cannot be verified here, such as one of another issuer."""


class SearchAdminMixin(Base):
    """A search by POST, whose conditions each use an index."""

    fingerprint_column = "key"

    @method_decorator(sensitive_post_parameters(SEARCH_VAR))
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Redirect a search to a URL that contains its text, with tokens replaced."""
        posted = request.POST.get(SEARCH_VAR) if request.method == "POST" else None
        queried = request.GET.get(SEARCH_VAR, "")
        if self.has_view_or_change_permission(request):
            try:
                text = without_token(queried if posted is None else posted, self.get_token_text)
            except RevocationUnavailable as error:
                self.message_user(request, error.default_detail, messages.ERROR)
                return _redirect_to_search(request, "")
            if posted is not None or text != queried.strip():
                return _redirect_to_search(request, text)
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        condition = self.get_search_condition(text)
        if FINGERPRINT_PATTERN.fullmatch(text):
            vendor = connections[queryset.db].vendor
            condition |= fingerprint_condition(text, vendor, self.fingerprint_column)
        return queryset.filter(condition), False

    def get_search_condition(self, text: str) -> Q:
        """Return the condition of rows that match ``text``."""
        raise NotImplementedError

    def get_token_text(self, token: TokenRef) -> str:
        """Return the text that replaces ``token`` in a search."""
        return make_storable(token.identifier)


def revoked_token_condition(text: str) -> Q:
    """Return the condition of revoked tokens with this identifier or user."""
    pk = user_pk(text)
    users = [user.pk for user in _users.search(text)] + ([] if pk is None else [pk])
    # When a user is deleted, ``user_ref`` is what remains.
    has_deleted_user = Q(user=None, user_ref=make_storable(text))
    return Q(identifier=make_storable(text)) | Q(user__in=users) | has_deleted_user


def cutoff_condition(text: str) -> Q:
    """Return the condition of cutoffs with this subject, or of a session of this user."""
    pk = user_pk(text)
    users = [user.pk for user in _users.search(text)]
    subjects = [Subject(type=each, id=text) for each in ("user", "session", "client")]
    subjects += map(Subject.user, users)
    subjects += [EVERYONE] if text.casefold() == EVERYONE.type else []
    keys = [subject.key for subject in subjects]
    return Q(key__in=keys) | Q(session_user__in=users + ([] if pk is None else [pk]))


def fingerprint_condition(text: str, vendor: str, column: str) -> Q:
    """Return the condition of keys in ``column`` that begin with ``text``."""
    if vendor == "mysql":
        # MariaDB orders UUIDs by their last part: https://mariadb.com/kb/en/uuid-data-type/
        return Q((f"{column}__startswith", text))
    bounds = (uuid.UUID(text.ljust(32, "0")), uuid.UUID(text.ljust(32, "f")))
    return Q((f"{column}__range", bounds))


@sensitive_variables()
def without_token(text: str, get_token_text: Callable[[TokenRef], str]) -> str:
    """Return ``text``, or the text that replaces the first token in it."""
    found = tokens_in(text)
    if found:
        return get_token_text(found[0])
    with database_errors(None, secret=True) as using:
        # An opaque token may be deleted after its revocation, whose identifier is its digest.
        rows = RevokedToken.objects.using(using).filter(identifier__in=digests_in(text))
        identifier: str | None = rows.values_list("identifier", flat=True).first()
    return identifier or JWS_PATTERN.sub("…", text).strip()


def _redirect_to_search(request: HttpRequest, text: str) -> HttpResponse:
    query = request.GET.copy()
    query.pop(PAGE_VAR, None)
    query.pop(SEARCH_VAR, None)
    if text:
        query[SEARCH_VAR] = text
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
