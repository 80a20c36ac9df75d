"""Callers of services: the functions, and the same contract for the coroutine functions."""

from __future__ import annotations

from asgiref.sync import async_to_sync

from token_revocation import services


class AsyncServices:
    """The services, as a coroutine calls those that have a coroutine function."""

    def __getattr__(self, name):
        coroutine_function = getattr(services, f"a{name}", None)
        return async_to_sync(coroutine_function) if coroutine_function else getattr(services, name)


CALLERS = {"sync": services, "async": AsyncServices()}
