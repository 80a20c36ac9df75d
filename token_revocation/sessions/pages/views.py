"""Views of the page of sessions. Each changes the sessions of the user by one service."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.db import connections, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from token_revocation.authentication import token_of
from token_revocation.clock import now
from token_revocation.conf import settings as revocation_settings
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import MAX_NAME_LENGTH, Reason
from token_revocation.sessions import services
from token_revocation.sessions.models import TokenSession
from token_revocation.tokens import TokenRef


class SessionNameForm(forms.Form):
    """The name of a session."""

    name = forms.CharField(required=False, max_length=MAX_NAME_LENGTH)


@dataclass(frozen=True)
class Card:
    """A session on the page, with the URLs of its forms."""

    session: services.ListedSession
    rename_url: str
    log_out_url: str


@method_decorator([never_cache, csrf_protect], name="dispatch")
class BasePage(LoginRequiredMixin, View):
    """A view that needs a login, is never cached and commits before it responds."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # With ATOMIC_REQUESTS, the commit would follow the response and could fail after it.
        view = super().as_view(**initkwargs)
        for alias in connections:
            view = transaction.non_atomic_requests(using=alias)(view)
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except RevocationUnavailable as error:
            context = {"error": error.default_detail, "list_url": self.reverse("list")}
            response = render(request, "token_sessions/unavailable.html", context, status=503)
            response["Retry-After"] = str(error.wait)
            return response

    def reverse(self, name: str, **kwargs: Any) -> str:
        """Return the path of a page of the same site, such as the same tenant.

        Args:
            name: The name of the URL in ``token_revocation.sessions.pages.urls``.
            **kwargs: Parameters of the URL.
        """
        match: Any = self.request.resolver_match
        omitted = {"session_id", *(match.extra_kwargs or {})}
        captured = {key: value for key, value in match.kwargs.items() if key not in omitted}
        path = ":".join([*match.namespaces, name])
        return reverse(path, kwargs={**captured, **kwargs})

    @property
    def current(self) -> TokenRef | None:
        """The token of the browser, if the project checks browser sessions."""
        return token_of(self.request)

    @property
    def must_log_in_again(self) -> bool:
        """Whether the login is longer ago than ``SESSION_REVOKE_MAX_AGE``, or unknown."""
        max_age = revocation_settings.SESSION_REVOKE_MAX_AGE
        login_at = self.current.issued_at if self.current else None
        return max_age is not None and (login_at is None or now() - login_at > max_age)

    def find_session(self, session_id: uuid.UUID) -> tuple[TokenSession, services.ListedSession]:
        """Return a session of the user.

        Args:
            session_id: The ``id`` of the session.

        Raises:
            Http404: The user has no such session.
        """
        user, current = self.request.user, self.current
        row = services.find_session(user, session_id, current=current, request=self.request)
        if row is None:
            raise Http404
        (listed,) = services.describe_sessions(user, [row], current=current)
        return row, listed

    def redirect_to_list(self, message: str, level: int = messages.SUCCESS) -> HttpResponse:
        """Show ``message`` on the list.

        Args:
            message: The translated text.
            level: The level of the message.
        """
        messages.add_message(self.request, level, message, fail_silently=True)
        return redirect(self.reverse("list"))

    def redirect_to_login(self) -> HttpResponse:
        """Ask for a new login, after which the list is shown again."""
        message = _("Log in again, then repeat the last step.")
        messages.warning(self.request, message, fail_silently=True)
        return redirect_to_login(self.reverse("list"))


class SessionsPage(BasePage):
    """List the sessions of the user."""

    template_name = "token_sessions/session_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sessions = services.list_sessions(request.user, current=self.current, request=request)
        context = {
            "cards": [self._make_card(session) for session in sessions],
            "log_out_others_url": self.reverse("log-out-others"),
            "max_name_length": MAX_NAME_LENGTH,
        }
        return render(request, self.template_name, context)

    def _make_card(self, session: services.ListedSession) -> Card:
        pk = session.row.pk
        return Card(
            session,
            rename_url=self.reverse("rename", session_id=pk),
            log_out_url=self.reverse("log-out", session_id=pk),
        )


class LogOutPage(BasePage):
    """Log out one session. If it is the current one, log out the browser."""

    def post(
        self, request: HttpRequest, session_id: uuid.UUID, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row, listed = self.find_session(session_id)
        if not listed.is_current and self.must_log_in_again:
            return self.redirect_to_login()
        services.end_session(row, reason=Reason.REVOKED, revoked_by=request.user)
        if listed.is_current:
            logout(request)
            return redirect(settings.LOGOUT_REDIRECT_URL or settings.LOGIN_URL)
        message = _("“%(session)s” was logged out.") % {"session": listed.label}
        return self.redirect_to_list(message)


class LogOutOthersPage(BasePage):
    """Log out all sessions of the user except for the current one."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.must_log_in_again:
            return self.redirect_to_login()
        services.end_other_sessions(
            request.user, keep=self.current, reason=Reason.LOGOUT_ALL, revoked_by=request.user
        )
        return self.redirect_to_list(_("All other sessions were logged out."))


class RenamePage(BasePage):
    """Rename one session."""

    def post(
        self, request: HttpRequest, session_id: uuid.UUID, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row, _listed = self.find_session(session_id)
        if row.ended_at is not None:
            raise Http404
        form = SessionNameForm(request.POST)
        if not form.is_valid():
            return self.redirect_to_list(str(form.errors["name"][0]), messages.ERROR)
        services.rename_session(row, form.cleaned_data["name"])
        return self.redirect_to_list(_("The session was renamed."))
