"""The middleware that rejects revoked sessions in every view."""

from __future__ import annotations

from functools import partial
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty

from token_revocation._error_reports import suppress_report
from token_revocation.contrib.sessions import _requests
from token_revocation.contrib.sessions._flushes import watch_flush
from token_revocation.exceptions import RevocationUnavailable, TooManySessions


class RevocationMiddleware:
    """Rejects revoked browser sessions: their user is an ``AnonymousUser``.

    List it after ``AuthenticationMiddleware``. The session is checked when ``request.user`` or
    ``await request.auser()`` is first read; a view that reads neither costs nothing. If the
    revocation state is unavailable, the response is a 503 with ``Retry-After``.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        if self.is_async:
            return self._call_async(request)
        _watch_user(request)
        with _keep_session():
            response = self.get_response(request)
        if _is_renewed(request):
            _requests.renew(request)
        return _final_response(request, response)

    async def _call_async(self, request: Any) -> Any:
        _watch_user(request)
        with _keep_session():
            response = await self.get_response(request)
        if _is_renewed(request):
            await sync_to_async(_requests.renew)(request)
        return _final_response(request, response)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponseBase | None:
        """Return a 503 if the revocation state is unavailable, a 403 for too many sessions."""
        is_ours = isinstance(exception, RevocationUnavailable | TooManySessions)
        return _error_response(type(exception)) if is_ours else None


def _watch_user(request: Any) -> None:
    """Replace the user of ``request`` by one that is checked when it is read."""
    if not hasattr(request, "user"):
        raise ImproperlyConfigured(
            "RevocationMiddleware requires a user. Move it after AuthenticationMiddleware in MIDDLEWARE."
        )
    watch_flush(request.session)
    request.user = SimpleLazyObject(partial(_get_user, request, request.user))
    if hasattr(request, "auser"):  # A project's own middleware may not set it.
        request.auser = partial(_aget_user, request, request.auser)


def _get_user(request: Any, user: Any) -> Any:
    if isinstance(user, SimpleLazyObject):  # A lazy object around another one would be slow.
        user = _unwrap(user, is_current=hasattr(request, "_cached_user"))
    return user if not user.is_authenticated or _requests.is_accepted(request) else _anonymous()


def _unwrap(user: Any, *, is_current: bool) -> Any:
    state = vars(user)
    # allauth replaces the session of a request, and then purges its user, which it finds here.
    if state["_wrapped"] is empty or not is_current:
        state["_wrapped"] = state["_setupfunc"]()
    return state["_wrapped"]


async def _aget_user(request: Any, auser: Any) -> Any:
    user = await auser()
    if not user.is_authenticated or await sync_to_async(_requests.is_accepted)(request):
        return user
    return _anonymous()


def _anonymous() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def _keep_session() -> Any:
    # Models are loaded after the middleware is imported by its package.
    from token_revocation.services._exemptions import keep_request_session

    return keep_request_session()


def _is_renewed(request: Any) -> bool:
    """Return whether ``SessionMiddleware`` will save a session that was checked."""
    is_saved = request.session.modified or settings.SESSION_SAVE_EVERY_REQUEST
    return is_saved and _requests.get_checked(request) is not None


def _final_response(request: Any, response: Any) -> Any:
    """Return ``response``; a 503 if it was made without knowing the user."""
    is_unavailable = _requests.UNAVAILABLE_ATTRIBUTE in vars(request)
    if is_unavailable and response.status_code != RevocationUnavailable.status_code:
        return _error_response(RevocationUnavailable)
    return response


def _error_response(error: Any) -> HttpResponseBase:
    headers = {"Cache-Control": "no-store"}
    if hasattr(error, "wait"):
        headers["Retry-After"] = str(error.wait)
    return suppress_report(
        HttpResponse(
            str(error.default_detail),
            content_type="text/plain; charset=utf-8",
            status=error.status_code,
            headers=headers,
        )
    )
