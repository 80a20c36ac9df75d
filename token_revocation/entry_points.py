"""Entry points of tokens, as declared by an adapter for system checks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.core.checks import CheckMessage


class TokenEntryPoints:
    """The members of an adapter that system checks use. The defaults are safe.

    An entry point is a view or an authentication class that issues or accepts tokens.
    """

    authentication_classes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Dotted paths of authentication classes that also accept revoked tokens, with those of their
    replacements. A system check reports them and their subclasses."""

    def check(self) -> list[CheckMessage]:
        """Return errors and warnings of this configuration, for Django's system checks."""
        return []

    def get_class_replacement(self, authentication_class: type[Any]) -> str:
        """Return the replacement of a class that accepts revoked tokens of this kind.

        Args:
            authentication_class: A class of Django REST framework that does not extend
                :class:`~token_revocation.authentication.RevocationMixin`.

        Returns:
            A dotted path, by default from :attr:`authentication_classes`, or ``""``.
        """
        names = (f"{each.__module__}.{each.__qualname__}" for each in authentication_class.__mro__)
        found = (self.authentication_classes.get(name) for name in names)
        return next((path for path in found if path is not None), "")

    def get_view_replacement(self, route: Any) -> str:
        """Return the replacement of a view that does not check revocations.

        Args:
            route: A view, its class, its URL and the arguments of its ``as_view()``.

        Returns:
            A dotted path, or a setting that must contain one. ``""`` if the view neither issues
            nor accepts tokens of this kind, or if it checks them.
        """
        return ""
