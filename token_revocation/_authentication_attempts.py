"""Checks around calls of ``authenticate()``, including overrides and nested calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from functools import wraps
from inspect import isawaitable, iscoroutinefunction
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from token_revocation._context_variables import set_in_block
from token_revocation.tokens import TokenRef

Authenticate = Callable[[Request], Any]

Guard = Callable[[Any, Authenticate, Request], Any]
"""Calls an ``authenticate()`` method and checks its result.

The arguments are the authenticator, the method and the request."""

STATE_ATTRIBUTES = ("_user", "_auth", "_authenticator")
"""Attributes of a DRF request with the result of its authentication."""

# Not an attribute of the function, as ``functools.wraps`` would copy it to other wrappers.
_guards: WeakKeyDictionary[Any, Guard] = WeakKeyDictionary()

_innermost: ContextVar[Attempt | None] = ContextVar("token_revocation_attempt", default=None)

_originating_request: ContextVar[Request | None] = ContextVar(
    "token_revocation_originating_request", default=None
)


def on_behalf_of(request: Request) -> AbstractContextManager[None]:
    """Authenticate other requests on behalf of ``request``, as introspection does.

    They send no ``token_checked``. A use of a revoked token is reported with ``request``.
    """
    return set_in_block(_originating_request, request)


def get_originating_request() -> Request | None:
    """Return the request of the current :func:`on_behalf_of` block."""
    return _originating_request.get()


class Attempt:
    """One call of ``authenticate()``, possibly by the method of a subclass.

    Only the outermost call reports the result. It does not repeat checks of the inner calls.
    """

    def __init__(self, authenticator: Any, request: Request) -> None:
        outer = _innermost.get()
        self.authenticator, self.request = authenticator, request
        self.is_final = outer is None or outer.authenticator is not authenticator
        self.checked: list[tuple[Any, TokenRef | None]] = []
        if outer is not None and not self.is_final:
            self.checked = outer.checked

    def __enter__(self) -> None:
        self._before: Token[Attempt | None] = _innermost.set(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: Any, traceback: TracebackType | None
    ) -> None:
        _innermost.reset(self._before)
        if error is not None:
            self.authenticator.report_failure(error, self.request, is_final=self.is_final)

    def check_result(self, result: Any) -> Any:
        """Return ``result``; raise if its token is rejected."""
        if result is not None:
            user, token = result
            self._check(user, token)
            if self.is_final:
                self.authenticator.report_success(self.request, user, token)
        return result

    def _check(self, user: Any, token: Any) -> None:
        # A value that is not a token is accepted only if an inner call has checked one.
        if is_anonymous(user, token):
            return
        if not self._is_checked(token):
            self.authenticator.check_not_revoked(self.request, user, token)
            self.checked.append((token, self.authenticator.find_ref(token)))
        check_active(user)

    def _is_checked(self, token: Any) -> bool:
        if any(token is known for known, _ in self.checked):
            return True
        ref = self.authenticator.find_ref(token) if self.checked else None
        return bool(self.checked) and (
            ref is None or any(r is not None and ref.key == r.key for _, r in self.checked)
        )

    async def check_result_async(self, awaitable: Any) -> Any:
        """Do the same as :meth:`check_result` for an ``async`` method."""
        with self:
            result = await awaitable
            return await sync_to_async(self.check_result)(result)


def authenticate_and_check(authenticator: Any, call: Authenticate, request: Request) -> Any:
    """Return the result of ``call``, checked by ``authenticator``."""
    attempt = Attempt(authenticator, request)
    with attempt:
        result = call(request)
        if not isawaitable(result):
            return attempt.check_result(result)
    return attempt.check_result_async(result)


def wrap_authenticate(
    cls: type[BaseAuthentication], base: type[BaseAuthentication], check: Guard
) -> None:
    """Wrap ``authenticate()`` of ``cls`` with ``check``, unless ``base`` defines it.

    It may be defined by ``cls``, by a mixin, or by the base class if the bases are in the wrong
    order. A method is wrapped only once.
    """
    definitions = (
        vars(each)["authenticate"] for each in cls.__mro__ if "authenticate" in vars(each)
    )
    found = next(definitions)
    if found is base.authenticate:
        found = next(definitions)
        if not iscoroutinefunction(found):
            return
    if _guards.get(found) is not check:
        cls.authenticate = _guarded(found, check)  # type: ignore[method-assign]


def _guarded(found: Any, check: Guard) -> Any:
    @wraps(found)
    def authenticate(self: Any, request: Request) -> Any:
        return check(self, found.__get__(self, type(self)), request)

    # Not only marked as a coroutine function: ``inspect`` of Python 3.11, by which adrf decides
    # whether to await the result, knows no such mark.
    @wraps(found)
    async def authenticate_async(self: Any, request: Request) -> Any:
        return await authenticate(self, request)

    guarded: Any = authenticate_async if iscoroutinefunction(found) else authenticate
    _guards[guarded] = check
    return guarded


@contextmanager
def authentication_state(
    request: Any, authenticator: Any = None, user: Any = None, token: Any = None
) -> Iterator[None]:
    """Set the authentication result of ``request`` while signals are sent.

    Otherwise a receiver that reads ``request.user`` would authenticate again, without end.
    Without ``authenticator`` the request is not authenticated, as after a rejection.
    """
    if not isinstance(request, Request) or "_user" in vars(request):
        yield
        return
    django_request = vars(request._request)
    before = {name: django_request[name] for name in ("user",) if name in django_request}
    try:
        _set_state(request, authenticator, user, token)
        yield
    finally:
        for name in STATE_ATTRIBUTES:
            vars(request).pop(name, None)
        django_request.pop("user", None)
        django_request.update(before)


def _set_state(request: Any, authenticator: Any, user: Any, token: Any) -> None:
    request._not_authenticated()
    if authenticator is not None:
        request._authenticator, request.user, request.auth = authenticator, user, token


def is_anonymous(user: Any, token: Any) -> bool:
    """Return whether the result has no credentials, as for optional authentication."""
    return token is None and (user is None or getattr(user, "is_authenticated", True) is False)


def check_active(user: Any) -> None:
    """Raise ``AuthenticationFailed`` if ``user`` is not active."""
    if not getattr(user, "is_active", True):
        raise AuthenticationFailed(_("User inactive or deleted."), code="user_inactive")
