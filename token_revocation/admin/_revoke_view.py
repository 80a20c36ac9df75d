"""The "Revoke tokens" page, which replaces Django's page for adding a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from token_revocation.admin._forms import RevokeForm
from token_revocation.admin._targets import permitted_targets
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services._transactions import atomic_write, retry_on_deadlock

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class RevokeAdminMixin(Base):
    """An add view that revokes by one service call."""

    initial_target: str

    @method_decorator(sensitive_post_parameters())
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Show the form, or revoke what it names.

        On an outage, answer 503 with the form as it was filled in, except for a token.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {"target": self.initial_target}
        form = RevokeForm(permitted_targets(request), request.POST or None, initial=initial)
        try:
            message = self._revoke(request, form)
        except RevocationUnavailable as error:
            form.add_error(None, error.default_detail)
            response = self._render(request, form, error.status_code)
            response["Retry-After"] = str(error.wait)
            return response
        if message:
            self.message_user(request, message, messages.SUCCESS)
            return self.response_post_save_add(request, None)
        return self._render(request, form, 200)

    @retry_on_deadlock
    @sensitive_variables()
    def _revoke(self, request: HttpRequest, form: RevokeForm) -> str:
        """Return the success message, or an empty string if the form is not valid."""
        with atomic_write(None):
            if not form.is_valid():
                return ""
            target = permitted_targets(request)[form.cleaned_data["target"]]
            details = form.get_details(request.user)
            return target.revoke(request, form.cleaned_data["argument"], details)

    def _render(self, request: HttpRequest, form: RevokeForm, status: int) -> HttpResponse:
        title = _("Revoke tokens")
        fields: Any = [(None, {"fields": [*form.fields]})]
        model_form: Any = form  # AdminForm uses no more of it than any form has.
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "original": title,
            "opts": self.opts,
            "adminform": AdminForm(model_form, fields, {}, model_admin=self),
            "errors": form.errors,
            "media": self.media + form.media,
            "has_view_permission": self.has_view_permission(request),
        }
        template = "admin/token_revocation/revoke.html"
        return TemplateResponse(request, template, context, status=status)
