"""Security schemes of the authentication classes of this package."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication

from token_revocation.authentication import RevocationMixin


class RevocableScheme(OpenApiAuthenticationExtension):
    """The security scheme of the wrapped authentication class, under its own name."""

    target_class = RevocationMixin
    match_subclasses = True
    priority = 1

    @classmethod
    def _matches(cls, target: Any) -> bool:
        # Without a scheme for the wrapped class, drf-spectacular warns as for that class.
        return super()._matches(target) and _find_wrapped_scheme(target) is not None

    def __init__(self, target: Any) -> None:
        super().__init__(target)
        self._scheme: Any = _find_wrapped_scheme(target)

    @property
    def name(self) -> Any:  # type: ignore[override]
        """The name of the wrapped class's scheme, so that the mixin adds no scheme."""
        return self._scheme.name

    def get_security_requirement(self, auto_schema: Any) -> Any:
        """Return the wrapped class's requirement, or the scheme without scopes."""
        requirement = self._scheme.get_security_requirement(auto_schema)
        return requirement or super().get_security_requirement(auto_schema)

    def get_security_definition(self, auto_schema: Any) -> Any:
        return self._scheme.get_security_definition(auto_schema)


class IssuerScheme(OpenApiAuthenticationExtension):
    """The scheme of JWTs that trusted issuers sign for Global Token Revocation."""

    target_class = "token_revocation.standards.global_token_revocation.IssuerAuthentication"
    name = "issuerJWT"
    optional = True  # The class needs the extra "jose".

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def _find_wrapped_scheme(target: Any) -> Any:
    """Return the scheme of the nearest base class of ``target`` without the mixin."""
    for parent in type(target).__mro__:
        if issubclass(parent, BaseAuthentication) and not issubclass(parent, RevocationMixin):
            scheme = OpenApiAuthenticationExtension.get_match(parent)
            if scheme is not None:
                return type(scheme)(target)
    return None
