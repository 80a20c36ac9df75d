"""Sections that other apps add to the admin page of a user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services import RevocationDetails


@dataclass(frozen=True, kw_only=True)
class UserSection:
    """A list on the page of a user, with a button for each of its items.

    Args:
        name: The name of the buttons in the form. Their value identifies an item of the user.
        template: The template of the section. Its context has the result of ``get_context`` as
            ``section``, ``revoke_url``, and ``can_revoke``.
        get_context: Return the context of the section, or ``None`` if the user of the request may
            not view it.
        revoke: Revoke the item with this identifier, if it is one of the user, and return the
            message. The permission to revoke tokens has been checked.
    """

    name: str
    template: str
    get_context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    revoke: Callable[[HttpRequest, Any, str, RevocationDetails], str]


_sections: dict[str, UserSection] = {}


def add_user_section(section: UserSection) -> None:
    """Add ``section`` to the pages of users, or replace the one of the same name."""
    _sections[section.name] = section


def find_posted_section(request: HttpRequest) -> UserSection | None:
    """Return the section whose button was pressed, if it was one of a section."""
    return next((each for name, each in _sections.items() if name in request.POST), None)


def section_contexts(request: HttpRequest, user: Any) -> Iterator[dict[str, Any]]:
    """Yield the context of each section that the user of ``request`` may view."""
    for section in _sections.values():
        try:
            context = section.get_context(request, user)
        except RevocationUnavailable as error:
            context = {"unavailable": error.default_detail}
        if context is not None:
            yield {"template": section.template, **context}
