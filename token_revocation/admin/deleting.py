"""Deleting rows: what has expired at any time, what is in force by those who may restore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services.transactions import writing

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class DeletingAdmin(Base):
    """To delete is for rows that no token needs any more; others take a permission of their own."""

    actions = ("delete_selected",)
    delete_confirmation_template = "admin/token_revocation/delete_confirmation.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return any(self._may(request, verb) for verb in ("delete", "restore"))
        return self._may(request, "restore" if services.is_needed(obj) else "delete")

    @admin.action(
        permissions=["delete"], description=_("Delete those of the selected that have expired")
    )
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Django's own action, for what has expired."""
        return delete_selected_expired(self, request, queryset)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            with writing(None):
                return super().delete_view(request, *args, **kwargs)
        except RevocationUnavailable as error:
            self.message_user(request, error.default_detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def render_delete_form(self, request: HttpRequest, context: Any) -> HttpResponse:
        context["in_force"] = services.is_needed(context["object"])
        return super().render_delete_form(request, context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.restore(obj, restored_by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        services.delete_expired(queryset)

    def _may(self, request: HttpRequest, verb: str) -> bool:
        codename = get_permission_codename(verb, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")


def delete_selected_expired(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
    """Asks for confirmation as usual, about those that no token needs any more."""
    expired = queryset.filter(expires_at__lt=services.purge_horizon())
    try:
        with writing(None):
            if expired.exists():
                return delete_selected(model_admin, request, expired)
        said = _("None of these has expired: one that is in force is deleted on its own page.")
    except RevocationUnavailable as error:
        said = error.default_detail
    model_admin.message_user(request, said, messages.ERROR)
    return None
