"""Reversing of URLs with the parameters of a project, such as a version or tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, ResolverMatch, reverse

from token_revocation._context_variables import set_in_block

_match: ContextVar[ResolverMatch | None] = ContextVar("token_revocation_match", default=None)


def with_resolver_match(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return ``view``, and let :func:`reverse_relative` use the URL of its request."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with set_in_block(_match, request.resolver_match):
            return view(request, *args, **kwargs)

    return wrapper


def reverse_relative(view: str, kwargs: Mapping[str, Any]) -> str:
    """Return the path of the view named ``view``, relative to the current request.

    The path has the URL parameters and namespaces of the request, as far as such a view exists.
    Raises :class:`~django.urls.NoReverseMatch`.
    """
    for name, parameters in _candidates(view, kwargs):
        try:
            return reverse(name, kwargs=parameters)
        except NoReverseMatch:
            continue
    return reverse(view, kwargs=dict(kwargs))


def _candidates(view: str, kwargs: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    match: Any = _match.get()
    if match is None:
        return
    extra = match.extra_kwargs or {}  # They are not in the path.
    captured = {name: value for name, value in match.kwargs.items() if name not in extra}
    for depth in range(len(match.namespaces), -1, -1):
        name = ":".join([*match.namespaces[:depth], view])
        yield name, {**captured, **kwargs}
        yield name, dict(kwargs)
