"""The page "Revoke a token", in the place of one that would add a row by hand."""

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

from token_revocation.admin.endings import endings_for
from token_revocation.admin.form import RevokeForm
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services.transactions import again_if_undone, writing

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class RevokingAdmin(Base):
    """Adds by one service call, or not at all."""

    first_choice: str

    @method_decorator(sensitive_post_parameters())
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """An outage is a 503, and what was typed is still there, except a token."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RevokeForm(
            endings_for(request), request.POST or None, initial={"target": self.first_choice}
        )
        try:
            done = self._end(request, form)
        except RevocationUnavailable as error:
            form.add_error(None, error.default_detail)
            answer = self._page(request, form, error.status_code)
            answer["Retry-After"] = str(error.wait)
            return answer
        if done:
            self.message_user(request, done, messages.SUCCESS)
            return self.response_post_save_add(request, None)
        return self._page(request, form, 200)

    @again_if_undone
    @sensitive_variables()
    def _end(self, request: HttpRequest, form: RevokeForm) -> str:
        """What was done, in words; nothing if nothing was."""
        with writing(None):
            if not form.is_valid():
                return ""
            ending = endings_for(request)[form.cleaned_data["target"]]
            return ending.end(request, form.cleaned_data["chosen"], form.cause(request.user))

    def _page(self, request: HttpRequest, form: RevokeForm, status: int) -> HttpResponse:
        title = _("Revoke a token")
        fields: Any = [(None, {"fields": [*form.fields]})]
        as_model_form: Any = form  # Nothing of a model is asked for.
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "original": title,
            "opts": self.opts,
            "adminform": AdminForm(as_model_form, fields, {}, model_admin=self),
            "errors": form.errors,
            "media": self.media + form.media,
            "has_view_permission": self.has_view_permission(request),
        }
        template = "admin/token_revocation/revoke.html"
        return TemplateResponse(request, template, context, status=status)
