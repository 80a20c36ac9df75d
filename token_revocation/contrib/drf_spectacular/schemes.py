"""The security schemes: a class that refuses revoked tokens takes them as the class behind it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication

from token_revocation.authentication import RevocationMixin


class RevocableScheme(OpenApiAuthenticationExtension):
    """That of the class behind, under its name, whichever kind of token it takes."""

    target_class = RevocationMixin
    match_subclasses = True
    priority = 1

    @classmethod
    def _matches(cls, target: Any) -> bool:
        # A class of which nobody has described what is behind it is one that is not described.
        return super()._matches(target) and _behind(target) is not None

    def __init__(self, target: Any) -> None:
        super().__init__(target)
        self._scheme: Any = _behind(target)

    @property
    def name(self) -> Any:  # type: ignore[override]
        """As the class behind has it: one class in front of another adds no scheme."""
        return self._scheme.name

    def get_security_requirement(self, auto_schema: Any) -> Any:
        """As there; where it names no scopes, the token is required without any."""
        requirement = self._scheme.get_security_requirement(auto_schema)
        return requirement or super().get_security_requirement(auto_schema)

    def get_security_definition(self, auto_schema: Any) -> Any:
        return self._scheme.get_security_definition(auto_schema)


class IssuerScheme(OpenApiAuthenticationExtension):
    """A JWT that a trusted issuer signs for one request of Global Token Revocation."""

    target_class = "token_revocation.standards.global_token_revocation.IssuerAuthentication"
    name = "issuerJWT"
    optional = True  # It needs the extra ``jose``.

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def _behind(target: Any) -> Any:
    """What is known of the nearest class that is not ours, about ``target`` itself."""
    for parent in type(target).__mro__:
        if issubclass(parent, BaseAuthentication) and not issubclass(parent, RevocationMixin):
            found = OpenApiAuthenticationExtension.get_match(parent)
            if found is not None:
                return type(found)(target)
    return None
