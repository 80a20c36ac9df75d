"""Active tokens on the change page of a user, with buttons that revoke them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from token_revocation import services
from token_revocation.admin._targets import (
    CUTOFF_PERMISSION,
    REVOKE_PERMISSION,
    revoke_token,
    revoke_user,
)
from token_revocation.admin._user_sections import find_posted_section, section_contexts
from token_revocation.admin.secret_lookups import SecretLookupsAdmin
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason
from token_revocation.services import RevocationDetails
from token_revocation.services._transactions import atomic_write, retry_on_deadlock

VIEW_PERMISSION = "token_revocation.view_revokedtoken"
MAX_TOKENS = 100
"""The number of tokens that the page lists, the newest first."""

Revocation = Callable[[RevocationDetails], str]


class RevocationUserAdmin(SecretLookupsAdmin):
    """A mixin that lists the active tokens of a user, with buttons to revoke them.

    The default admin site applies it to the registered model admin of the user model. On another
    site, put it first among the bases. It keeps the template, the form and the URLs of that class.
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
        added = self._get_added_context(request, obj) if obj is not None else {}
        if any(added.values()) and isinstance(page, TemplateResponse):
            context["wrapped_template"] = page.resolve_template(page.template_name)
            page.context_data = context | added | self._get_button_context(request, obj)
            page.template_name = "admin/token_revocation/user.html"
        return page

    @method_decorator(require_POST)
    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Revoke the token in ``token`` and its session, or all tokens for ``everything``.

        The name of a section, such as ``session``, revokes one of its items.

        Raises:
            Http404: The user does not exist.
            PermissionDenied: The caller may not view the user, or not revoke this much.
        """
        user = self.get_object(request, unquote(object_id))
        if user is None:
            raise Http404
        revoke = self._get_revocation(request, user)
        details = RevocationDetails(reason=Reason.ADMIN.value, revoked_by=request.user)
        try:
            message = _revoke_atomically(revoke, details)
        except RevocationUnavailable as error:
            self.message_user(request, error.default_detail, messages.ERROR)
        else:
            self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", user))

    def _get_revocation(self, request: HttpRequest, user: Any) -> Revocation:
        """Return the requested revocation, if the caller has its permission."""
        is_everything, section = "everything" in request.POST, find_posted_section(request)
        permission = CUTOFF_PERMISSION if is_everything else REVOKE_PERMISSION
        can_view = self.has_view_or_change_permission(request, user)
        if not (can_view and request.user.has_perm(permission)):
            raise PermissionDenied
        if is_everything:
            return partial(revoke_user, request, user)
        if section:
            return partial(section.revoke, request, user, request.POST[section.name])
        return partial(revoke_active_token, request, user, request.POST.get("token", ""))

    def _get_added_context(self, request: HttpRequest, user: Any) -> dict[str, Any]:
        return {
            "revocation": get_token_context(user) if can_view_tokens(request) else None,
            "user_sections": [*section_contexts(request, user)],
        }

    def _get_button_context(self, request: HttpRequest, user: Any) -> dict[str, Any]:
        return {
            "revoke_url": self._url("revoke", user),
            "can_revoke": request.user.has_perm(REVOKE_PERMISSION),
            "can_log_out": request.user.has_perm(CUTOFF_PERMISSION),
        }

    def _url(self, name: str, user: Any) -> str:
        label = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return reverse(f"admin:{label}", args=[quote(user.pk)], current_app=self.admin_site.name)


@retry_on_deadlock
def _revoke_atomically(revoke: Revocation, details: RevocationDetails) -> str:
    with atomic_write(None):
        return revoke(details)


def can_view_tokens(request: HttpRequest) -> bool:
    """Return whether the user may view revoked tokens, or revoke tokens."""
    permissions = (VIEW_PERMISSION, REVOKE_PERMISSION, CUTOFF_PERMISSION)
    return any(map(request.user.has_perm, permissions))


def get_token_context(user: Any) -> dict[str, Any]:
    """Return the context of the list of active tokens."""
    try:
        tokens = services.active_tokens(user)
    except RevocationUnavailable as error:
        return {"unavailable": error.default_detail}
    return {"tokens": tokens[:MAX_TOKENS], "more": len(tokens) - MAX_TOKENS}


def revoke_active_token(
    request: HttpRequest, user: Any, token_id: str, details: RevocationDetails
) -> str:
    """Revoke the active token of ``user``, or the session, with this ID."""
    tokens = services.active_tokens(user)
    token = next((t for t in tokens if str(t.family_key) == token_id), None)
    if token is None:
        return str(_("The token is no longer active."))
    return revoke_token(request, token, details)
