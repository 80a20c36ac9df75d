"""Our endpoints, as operations: what goes in, what comes out, and every other answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiViewExtension
from drf_spectacular.utils import extend_schema, extend_schema_view

from token_revocation.contrib.drf_spectacular import endpoints, simplejwt, standards
from token_revocation.contrib.drf_spectacular.answers import Operations
from token_revocation.views import RevocationAPIView

# By name, as what a project does not include is not to be imported.
OPERATIONS: Operations = {
    **endpoints.OPERATIONS,
    **simplejwt.OPERATIONS,
    **standards.OPERATIONS,
}


class RevocationViews(OpenApiViewExtension):
    """Each of our endpoints, and what a project makes of them by subclassing."""

    target_class = RevocationAPIView
    match_subclasses = True

    def view_replacement(self) -> Any:
        described = type(self.target.__name__, (self.target,), {"__doc__": self.target.__doc__})
        return extend_schema_view(**_described(self.target))(described)


def _described(view: type) -> dict[str, Any]:
    known = next((OPERATIONS[c.__name__] for c in view.__mro__ if c.__name__ in OPERATIONS), {})
    return {method: extend_schema(**operation) for method, operation in known.items()}
