"""The schema extension that describes all endpoints of this package."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiViewExtension
from drf_spectacular.utils import extend_schema, extend_schema_view

from token_revocation.contrib.drf_spectacular import (
    _endpoints,
    _sessions,
    _simplejwt,
    _standards,
)
from token_revocation.contrib.drf_spectacular._responses import Operations
from token_revocation.views import RevocationAPIView

# By the name of the view, as views of missing optional packages cannot be imported.
OPERATIONS: Operations = {
    **_endpoints.OPERATIONS,
    **_sessions.OPERATIONS,
    **_simplejwt.OPERATIONS,
    **_standards.OPERATIONS,
}


class RevocationViews(OpenApiViewExtension):
    """Extension for the views of this package and for subclasses of them."""

    target_class = RevocationAPIView
    match_subclasses = True

    def view_replacement(self) -> Any:
        described = type(self.target.__name__, (self.target,), {"__doc__": self.target.__doc__})
        return extend_schema_view(**_find_operations(self.target))(described)


def _find_operations(view: type) -> dict[str, Any]:
    names = (parent.__name__ for parent in view.__mro__)
    operations = next((OPERATIONS[name] for name in names if name in OPERATIONS), {})
    return {method: extend_schema(**operation) for method, operation in operations.items()}
