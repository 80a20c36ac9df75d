"""The list of sessions in the admin, and the sessions on the page of a user."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from token_revocation.admin._changelist import ROWS_PER_PAGE, ReadOnlyAdmin
from token_revocation.admin._filters import KindFilter
from token_revocation.admin._search import SearchAdminMixin
from token_revocation.admin._targets import REVOKE_PERMISSION
from token_revocation.admin._user_sections import add_user_section
from token_revocation.admin.actions import atomic_action
from token_revocation.admin.secret_lookups import SecretLookupsAdmin
from token_revocation.models import Reason
from token_revocation.services import RevocationDetails
from token_revocation.sessions._admin_filters import (
    STATES,
    EndReasonFilter,
    StateFilter,
    session_condition,
)
from token_revocation.sessions._admin_revocation import USER_SECTION, revoke_sessions
from token_revocation.sessions._admin_rows import (
    SessionChangeList,
    SessionPaginator,
    annotate_devices,
    annotate_ends,
    get_state,
)
from token_revocation.sessions.models import TokenSession, session_row_id
from token_revocation.tokens import TokenRef

__all__ = ["TokenSessionAdmin"]

MAX_SELECTED = 1_000
"""The number of sessions that the action revokes at once."""

HIDDEN_COLUMNS = ("current_key", "previous_key", "purge_after", "rotated_at")
"""The columns that no page shows, by which a URL must not filter either."""


class TokenSessionAdmin(ReadOnlyAdmin, SecretLookupsAdmin, SearchAdminMixin):
    """A read-only list of sessions, whose action revokes the selected ones.

    Rows cannot be deleted: without its row a session would end without a record of who ended it.
    A purge deletes the rows of sessions that have ended.
    """

    actions = ("revoke_selected_sessions",)
    fingerprint_column = "pk"
    list_display = (
        "fingerprint",
        "user_label",
        "device",
        "state",
        "last_used_at",
        "address",
        "kind",
        "created_at",
        "end_time",
        "end_reason_label",
        "ender_label",
    )
    list_filter = (StateFilter, KindFilter, EndReasonFilter)
    list_per_page = ROWS_PER_PAGE
    # An index has this order, in which newer logins of a kind come first.
    ordering = ("-purge_after",)
    paginator = SessionPaginator
    search_fields = ("user_ref",)
    search_help_text = _("Username, email address, user ID, IP address, session ID or token")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()
    fields = (
        ("user_label", "user_ref"),
        ("kind", "client_id"),
        ("name", "address"),
        "user_agent",
        ("created_at", "last_used_at", "expires_at"),
        "state",
        ("end_time", "end_reason_label", "ender_label"),
        "session",
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SessionChangeList

    def get_object(self, request: HttpRequest, object_id: str, *args: Any) -> Any:
        row = super().get_object(request, object_id, *args)
        return annotate_ends(annotate_devices([row]))[0] if row else None

    def get_search_condition(self, text: str) -> Q:
        return session_condition(text)

    def get_token_text(self, token: TokenRef) -> str:
        return str(session_row_id(token))

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        is_hidden = lookup.partition(LOOKUP_SEP)[0] in HIDDEN_COLUMNS
        return not is_hidden and super().lookup_allowed(lookup, value, request)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may revoke tokens, with their sessions."""
        return request.user.has_perm(REVOKE_PERMISSION)

    @admin.action(description=_("Revoke selected sessions"), permissions=["revoke"])
    def revoke_selected_sessions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke all tokens of the selected sessions."""
        if queryset[MAX_SELECTED : MAX_SELECTED + 1]:
            message = _("Select at most %d sessions.") % MAX_SELECTED
            self.message_user(request, message, messages.ERROR)
        else:
            _revoke_selected(self, request, queryset)

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, row: Any) -> str:
        """Return the first characters of the session ID."""
        return str(row.pk.hex[:8])

    @admin.display(description=_("session ID"))
    def session(self, row: Any) -> str:
        """Return the session ID."""
        return str(row.session_id or row.pk)

    @admin.display(description=_("user"))
    def user_label(self, row: Any) -> str:
        """Return the user, or the user ID if the user was deleted."""
        return str(row.user or row.user_ref)

    @admin.display(description=_("device"))
    def device(self, row: Any) -> Any:
        """Return the name of the session, or else what its user agent says."""
        return row.device

    @admin.display(description=_("state"))
    def state(self, row: Any) -> Any:
        """Return whether the session is active, has expired, or was revoked."""
        return STATES[get_state(row)]

    @admin.display(description=_("IP address"))
    def address(self, row: Any) -> str:
        """Return the IP address, whose parts keep their order in a line from right to left."""
        address = row.ip_address or self.get_empty_value_display()
        return format_html('<bdi dir="ltr">{}</bdi>', address)

    @admin.display(description=_("ended at"))
    def end_time(self, row: Any) -> str:
        """Return when the session was revoked."""
        return self._display(row.end and row.end.ended_at)

    @admin.display(description=_("reason"))
    def end_reason_label(self, row: Any) -> str:
        """Return why the session was revoked."""
        return self._display(row.end and dict(Reason.choices).get(row.end.reason, row.end.reason))

    @admin.display(description=_("ended by"))
    def ender_label(self, row: Any) -> str:
        """Return the user who revoked the session, or the user ID if that user was deleted."""
        ender = row.ender or (row.end and row.end.ended_by_id)
        return self._display(None if ender is None else str(ender))

    def _display(self, value: Any) -> str:
        # A page of one row would show "None", and a time in another format than the list.
        return str(display_for_value(value, self.get_empty_value_display()))


@atomic_action
def _revoke_selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> str:
    details = RevocationDetails(reason=Reason.ADMIN.value, revoked_by=request.user)
    count = revoke_sessions(request, list(queryset), details)
    return ngettext("%d session was revoked.", "%d sessions were revoked.", count) % count


admin.site.register(TokenSession, TokenSessionAdmin)
add_user_section(USER_SECTION)
