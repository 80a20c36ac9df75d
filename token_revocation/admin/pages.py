"""What was revoked, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation.admin import users
from token_revocation.admin.deleting import DeletingAdmin
from token_revocation.admin.filters import (
    SUBJECTS,
    InForceFilter,
    KindFilter,
    ReasonFilter,
    SubjectFilter,
)
from token_revocation.admin.listing import BoundedPaginator, RevocationList
from token_revocation.admin.revoking import RevokingAdmin
from token_revocation.admin.searching import SearchingAdmin, cutoffs_matching, tokens_matching
from token_revocation.models import Reason, Revocation, TokenCutoff


class RevocationAdmin(SearchingAdmin, DeletingAdmin, RevokingAdmin):
    """Shows, searches and filters; adds by revoking. Rows go by purging."""

    date_hierarchy = "revoked_at"
    ordering = ("-id",)
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return super().get_list_select_related(request) if users.are_here() else ()

    def get_list_display(self, request: HttpRequest) -> Any:
        return users.shown(super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return users.shown(super().get_fields(request, obj))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RevocationList

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("until"), ordering="expires_at")
    def until(self, revocation: Revocation) -> Any:
        """The moment from which nothing needs it any more."""
        return revocation.expires_at or _("for ever")

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, revocation: Revocation) -> Any:
        """Our own reasons in the reader's language, others as they were given."""
        return dict(Reason.choices).get(revocation.reason, revocation.reason)


class RevokedTokenAdmin(RevocationAdmin):
    """One row for each token that was revoked."""

    first_choice = "raw"
    list_display = (
        "kind",
        "fingerprint",
        "user",
        "why",
        "revoked_by",
        "revoked_at",
        "until",
    )
    list_filter = (KindFilter, ReasonFilter, InForceFilter)
    list_select_related = ("user", "revoked_by")
    search_fields = ("identifier",)
    search_help_text = _("User, e-mail address, identifier, fingerprint, or a token itself")
    fields = (
        ("kind", "fingerprint"),
        "identifier",
        ("user", "user_ref"),
        ("issued_at", "expires_at"),
        ("revoked_at", "revoked_by"),
        ("why", "note"),
    )

    def matching(self, text: str) -> Q:
        return tokens_matching(text)


class TokenCutoffAdmin(RevocationAdmin):
    """One row for each time that everything of a subject was ended."""

    first_choice = "user"
    list_display = (
        "whose",
        "subject_id",
        "not_before",
        "why",
        "revoked_by",
        "until",
    )
    list_filter = (SubjectFilter, ReasonFilter, InForceFilter)
    list_select_related = ("revoked_by",)
    search_fields = ("subject_id",)
    search_help_text = _("User, e-mail address, fingerprint, or the id of a session or client")
    fields = (
        ("whose", "subject_id"),
        ("not_before", "expires_at"),
        ("revoked_at", "revoked_by"),
        ("why", "note"),
    )

    def matching(self, text: str) -> Q:
        return cutoffs_matching(text)

    @admin.display(description=_("subject"), ordering="subject_type")
    def whose(self, cutoff: TokenCutoff) -> Any:
        """The type of the subject, in the reader's language."""
        return dict(SUBJECTS).get(cutoff.subject_type, cutoff.subject_type)
