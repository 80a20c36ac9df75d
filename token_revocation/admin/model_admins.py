"""Read-only model admins for revoked tokens and cutoffs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation.admin import _users
from token_revocation.admin._changelist import (
    ROWS_PER_PAGE,
    BoundedPaginator,
    RevocationChangeList,
)
from token_revocation.admin._deletion import DeletionAdminMixin
from token_revocation.admin._filters import (
    SUBJECT_TYPES,
    InForceFilter,
    KindFilter,
    ReasonFilter,
    SubjectFilter,
)
from token_revocation.admin._revoke_view import RevokeAdminMixin
from token_revocation.admin._search import (
    SearchAdminMixin,
    cutoff_condition,
    revoked_token_condition,
)
from token_revocation.admin.secret_lookups import SecretLookupsAdmin
from token_revocation.models import Reason, Revocation, TokenCutoff


class RevocationAdmin(SecretLookupsAdmin, SearchAdminMixin, DeletionAdminMixin, RevokeAdminMixin):
    """A list with search and filters. Adding revokes tokens; rows cannot be changed."""

    date_hierarchy = "revoked_at"
    list_per_page = ROWS_PER_PAGE
    ordering = ("-id",)
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return super().get_list_select_related(request) if _users.can_join() else ()

    def get_list_display(self, request: HttpRequest) -> Any:
        return _users.readable_columns(super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _users.readable_columns(super().get_fields(request, obj))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RevocationChangeList

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("expires at"), ordering="expires_at")
    def expiry(self, revocation: Revocation) -> Any:
        """Return the time from which the revocation can be purged."""
        return revocation.expires_at or _("never")

    @admin.display(description=_("reason"), ordering="reason")
    def reason_label(self, revocation: Revocation) -> Any:
        """Return the translated label of a known reason, or the reason as it was given."""
        return dict(Reason.choices).get(revocation.reason, revocation.reason)


class RevokedTokenAdmin(RevocationAdmin):
    """The tokens that were revoked."""

    initial_target = "raw"
    list_display = (
        "kind",
        "fingerprint",
        "user",
        "reason_label",
        "revoked_by",
        "revoked_at",
        "expiry",
    )
    list_filter = (KindFilter, ReasonFilter, InForceFilter)
    list_select_related = ("user", "revoked_by")
    search_fields = ("identifier",)
    search_help_text = _("Username, email address, user ID, identifier, fingerprint or token")
    fields = (
        ("kind", "fingerprint"),
        "identifier",
        ("user", "user_ref"),
        ("issued_at", "expires_at"),
        ("revoked_at", "revoked_by"),
        ("reason_label", "note"),
    )

    def get_search_condition(self, text: str) -> Q:
        return revoked_token_condition(text)


class TokenCutoffAdmin(RevocationAdmin):
    """The cutoffs: revocations of all tokens of a subject."""

    initial_target = "user"
    list_display = (
        "subject_label",
        "subject_id",
        "user_label",
        "not_before",
        "reason_label",
        "revoked_by",
        "expiry",
    )
    list_filter = (SubjectFilter, ReasonFilter, InForceFilter)
    list_select_related = ("user", "session_user", "revoked_by")
    search_fields = ("subject_id",)
    search_help_text = _("Username, email address, fingerprint, session ID or client ID")
    fields = (
        ("subject_label", "subject_id", "user_label"),
        ("not_before", "expires_at"),
        ("revoked_at", "revoked_by"),
        ("reason_label", "note"),
    )

    def get_search_condition(self, text: str) -> Q:
        return cutoff_condition(text)

    @admin.display(description=_("subject"), ordering="subject_type")
    def subject_label(self, cutoff: TokenCutoff) -> Any:
        """Return the translated type of the subject."""
        return dict(SUBJECT_TYPES).get(cutoff.subject_type, cutoff.subject_type)

    @admin.display(description=_("user"))
    def user_label(self, cutoff: TokenCutoff) -> Any:
        """Return the user of the subject, the ID of a deleted user, or ``None``."""
        name = "user" if cutoff.subject_type == "user" else "session_user"
        user = getattr(cutoff, name) if _users.can_join() else None
        return user or getattr(cutoff, f"{name}_id")
