"""A contestant: an authentication class, and the headers of its clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

BASELINE = "DRF TokenAuthentication"

factory = APIRequestFactory()


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One line of the tables."""

    name: str
    authentication: type
    issue: Callable[[], Sequence[str]]
    """Return the ``Authorization`` headers of that many clients, each with its own token."""
    alone: str | None = None
    """The name of the same class without revocation, if there is one."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The setting ``TOKEN_REVOCATION`` while it runs."""
    others: Mapping[str, Any] = field(default_factory=dict)
    """Other settings that it needs."""
    header: str = "HTTP_AUTHORIZATION"
    """The header with the token."""
    middleware: Sequence[Callable[[Any], Any]] = ()
    """The middleware that it needs, the outermost first."""
    environment: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Return a context that it needs, in addition to its settings."""
    returning: bool = False
    """Whether a client repeats its request at once, so that its token is cached."""
    served: bool = False
    """Whether requests per second are measured too, which takes seconds."""

    @cached_property
    def headers(self) -> Sequence[str]:
        """The headers, issued once."""
        return self.issue()

    @cached_property
    def view(self) -> Any:
        """The view that only authenticates."""
        return behind_middleware(self.middleware, view_behind(self.authentication))

    @cached_property
    def authenticate(self) -> Callable[[Any], Any]:
        """Authenticate with a new instance, as DRF does for each request."""
        if not self.middleware:
            return lambda request: self.authentication().authenticate(request)
        return behind_middleware(self.middleware, self.answer)

    def answer(self, request: Any) -> HttpResponse:
        """Authenticate, and return the response that a middleware needs."""
        self.authentication().authenticate(Request(request))
        return HttpResponse()

    @property
    def slug(self) -> str:
        """The name as part of a URL."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name.lower())

    def requests(self, count: int, start: int) -> list[Any]:
        """Return an endless iterator over requests of that many clients."""
        many = len(self.headers)
        turns = (self.headers[(start + number) % many] for number in range(count))
        return [factory.get("/", **{self.header: header}) for header in turns]


def behind_middleware(middleware: Sequence[Callable[[Any], Any]], view: Any) -> Any:
    """Return ``view`` behind ``middleware``."""
    for each in reversed(middleware):
        view = each(view)
    return view


def view_behind(authentication: type) -> Any:
    class View(APIView):
        authentication_classes = (authentication,)

        def get(self, request: Any) -> Response:
            return Response({"user": request.user.pk})

    return View.as_view()
