"""Services for coroutines, which run in the thread of Django's ORM."""

from __future__ import annotations

from asyncio import create_task, shield
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.views.decorators.debug import sensitive_variables

from token_revocation._tenants import is_thread_independent
from token_revocation.services._cutoffs import revoke_all
from token_revocation.services._logout import log_out
from token_revocation.services._lookup import active_tokens, is_revoked, resolve
from token_revocation.services._revocation import revoke
from token_revocation.services._rotation import rotate
from token_revocation.stores import get_store
from token_revocation.tokens import TokenRef

P = ParamSpec("P")
T = TypeVar("T")

_UNSET = object()


def _in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return a coroutine function that calls ``function`` as ``aget()`` of Django calls ``get()``."""

    @wraps(function)
    @sensitive_variables()
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        # Without arguments, because error reports show those of the frames of asgiref.
        @sensitive_variables()
        def call_without_arguments() -> T:
            return function(*args, **kwargs)

        return await sync_to_async(call_without_arguments)()

    call.__name__ = call.__qualname__ = f"a{function.__name__}"
    return call


def _completed(
    function: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let each call of ``function`` complete, even if the task that awaits it is cancelled.

    The thread would complete anyway. But asgiref would cancel asynchronous receivers of its signals,
    and the receivers after them would not be called.
    """

    @wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        context = copy_context()
        task = create_task(function(*args, **kwargs), context=context)
        try:
            return await shield(task)
        finally:
            if task.done():
                _adopt(context)

    return call


def _adopt(context: Context) -> None:
    """Set the variables that have changed in ``context``, as asgiref does after a call."""
    for variable, value in context.items():
        if variable.get(_UNSET) is not value:
            variable.set(value)


aresolve = _in_thread(resolve)
"""Do the same as :func:`resolve` in a coroutine."""

aactive_tokens = _in_thread(active_tokens)
"""Do the same as :func:`active_tokens` in a coroutine."""

arevoke = _completed(_in_thread(revoke))
"""Do the same as :func:`revoke` in a coroutine."""

arevoke_all = _completed(_in_thread(revoke_all))
"""Do the same as :func:`revoke_all` in a coroutine."""

alog_out = _completed(_in_thread(log_out))
"""Do the same as :func:`log_out` in a coroutine."""

arotate = _completed(_in_thread(rotate))
"""Do the same as :func:`rotate` in a coroutine."""

_ais_revoked = _in_thread(is_revoked)


async def ais_revoked(token: TokenRef, *, using: str | None = None) -> bool:
    """Do the same as :func:`is_revoked` in a coroutine.

    It needs no thread if the store knows without a query that the token is not revoked, as
    ``SnapshotStore`` usually does, and neither ``TENANT`` nor ``DATABASE_ROUTERS`` is set.
    """
    if not using and is_thread_independent() and get_store().is_known_valid(token):
        return False
    return await _ais_revoked(token, using=using)
