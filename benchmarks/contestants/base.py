"""What takes part: an authentication class, and what its clients send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

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
    """The ``Authorization`` headers of as many clients; each has a token of its own."""
    alone: str | None = None
    """The name of the class without revocation, where this is the same class with it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """``TOKEN_REVOCATION`` while it runs."""
    others: Mapping[str, Any] = field(default_factory=dict)
    """Other settings that it needs."""
    returning: bool = False
    """Whether its clients have been there a moment before; else each comes after all others."""
    served: bool = False
    """Whether requests per second are measured too; that takes seconds each."""

    @cached_property
    def headers(self) -> Sequence[str]:
        """Issued once; clients come again."""
        return self.issue()

    @cached_property
    def view(self) -> Any:
        """A view that does nothing else."""
        return view_behind(self.authentication)

    @property
    def slug(self) -> str:
        """The name in a URL."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name.lower())

    def requests(self, count: int, start: int) -> list[Any]:
        """Requests of so many clients, one after the other."""
        many = len(self.headers)
        turns = (self.headers[(start + number) % many] for number in range(count))
        return [factory.get("/", HTTP_AUTHORIZATION=header) for header in turns]


def view_behind(authentication: type) -> Any:
    class View(APIView):
        authentication_classes = (authentication,)

        def get(self, request: Any) -> Response:
            return Response({"user": request.user.pk})

    return View.as_view()
