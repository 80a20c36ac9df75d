"""The page of one user, with the tokens of that user and a way to end them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from token_revocation import services
from token_revocation.admin.endings import MAY_CUT_OFF, MAY_REVOKE, end_token, end_user
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason
from token_revocation.services import Cause
from token_revocation.services.transactions import again_if_undone, writing

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

MAY_SEE = "token_revocation.view_revokedtoken"
SHOWN = 100
"""The most tokens that the page lists, the newest first."""


class RevocationUserAdmin(Base):
    """A mixin that lists the user's active tokens below the form, each with a button, and one for all.

    The page registered for the user model has it without being asked. Name it first among the
    bases of a page of another site. It keeps whatever template, form and urls the page has.
    """

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_revoke"
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<path:object_id>/revoke/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        page: Any = super().render_change_form(request, context, *args, **kwargs)
        obj = kwargs.get("obj")
        if obj is not None and isinstance(page, TemplateResponse) and may_see(request):
            context["page_without_tokens"] = page.resolve_template(page.template_name)
            context["revocation"] = self._tokens(request, obj)
            page.context_data = context
            page.template_name = "admin/token_revocation/user.html"
        return page

    @method_decorator(require_POST)
    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End one ``token`` of the user, with its session; or ``everything``."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            raise Http404
        end = self._ending(request, user)
        try:
            done = _end(end, Cause(reason=Reason.ADMIN.value, revoked_by=request.user))
        except RevocationUnavailable as error:
            self.message_user(request, error.default_detail, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", user))

    def _ending(self, request: HttpRequest, user: Any) -> Callable[[Cause], str]:
        everything, chosen = "everything" in request.POST, request.POST.get("token", "")
        permission = MAY_CUT_OFF if everything else MAY_REVOKE
        seen = self.has_view_or_change_permission(request, user)
        if not (seen and request.user.has_perm(permission)):
            raise PermissionDenied
        if everything:
            return lambda cause: end_user(request, user, cause)
        return lambda cause: end_one(request, user, chosen, cause)

    def _tokens(self, request: HttpRequest, user: Any) -> dict[str, Any]:
        try:
            tokens = services.active_tokens(user)
        except RevocationUnavailable as error:
            return {"unavailable": error.default_detail}
        return {
            "tokens": tokens[:SHOWN],
            "more": len(tokens) - SHOWN,
            "url": self._url("revoke", user),
            "may_revoke": request.user.has_perm(MAY_REVOKE),
            "may_log_out": request.user.has_perm(MAY_CUT_OFF),
        }

    def _url(self, name: str, user: Any) -> str:
        label = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return reverse(f"admin:{label}", args=[quote(user.pk)], current_app=self.admin_site.name)


@again_if_undone
def _end(end: Callable[[Cause], str], cause: Cause) -> str:
    with writing(None):
        return end(cause)


def may_see(request: HttpRequest) -> bool:
    """Who may see what was revoked, or revoke, sees what there is to revoke."""
    return any(map(request.user.has_perm, (MAY_SEE, MAY_REVOKE, MAY_CUT_OFF)))


def end_one(request: HttpRequest, user: Any, token_id: str, cause: Cause) -> str:
    """The one of the user's tokens, or sessions, that the page called ``token_id``."""
    tokens = services.active_tokens(user)
    token = next((t for t in tokens if str(t.family_key) == token_id), None)
    return end_token(request, token, cause) if token else str(_("This token had ended already."))
