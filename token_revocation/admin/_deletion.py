"""Deletion of expired revocations and, with another permission, of those in force."""

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
from token_revocation.services._transactions import atomic_write

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class DeletionAdminMixin(Base):
    """Delete permission for expired rows, restore permission for rows in force."""

    actions = ("delete_selected",)
    delete_confirmation_template = "admin/token_revocation/delete_confirmation.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return any(self._has_permission(request, each) for each in ("delete", "restore"))
        return self._has_permission(request, "restore" if services.is_in_force(obj) else "delete")

    @admin.action(permissions=["delete"], description=_("Delete selected expired revocations"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Replace Django's action of the same name."""
        return delete_selected_expired(self, request, queryset)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            with atomic_write(None):
                return super().delete_view(request, *args, **kwargs)
        except RevocationUnavailable as error:
            self.message_user(request, error.default_detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def render_delete_form(self, request: HttpRequest, context: Any) -> HttpResponse:
        context["is_in_force"] = services.is_in_force(context["object"])
        return super().render_delete_form(request, context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.restore(obj, restored_by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        services.delete_expired(queryset)

    def _has_permission(self, request: HttpRequest, action: str) -> bool:
        codename = get_permission_codename(action, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")


def delete_selected_expired(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
    """Delete the expired rows of ``queryset``, after Django's confirmation page."""
    expired = queryset.filter(expires_at__lt=services.purge_horizon())
    try:
        with atomic_write(None):
            if expired.exists():
                return delete_selected(model_admin, request, expired)
        message = _(
            "No selected revocation has expired. To delete a revocation in force, open its page."
        )
    except RevocationUnavailable as error:
        message = error.default_detail
    model_admin.message_user(request, message, messages.ERROR)
    return None
