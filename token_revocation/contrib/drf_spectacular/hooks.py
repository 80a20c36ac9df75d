"""Postprocessing hook that documents token rejections by a project's own views."""

from __future__ import annotations

from typing import Any

from token_revocation.contrib.drf_spectacular._responses import AUTHENTICATION_ERRORS, COMMON_ERRORS

ERROR_SCHEMA = {
    "type": "object",
    "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
    "required": ["detail"],
}

REJECTIONS = {
    "401": ("TokenRejected", AUTHENTICATION_ERRORS[401], "WWW-Authenticate"),
    "503": ("RevocationUnavailable", COMMON_ERRORS[503], "Retry-After"),
}


def add_rejection_responses(result: Any, **kwargs: Any) -> Any:
    """Add the responses 401 and 503 to each operation that takes a token.

    List it in ``POSTPROCESSING_HOOKS`` of ``SPECTACULAR_SETTINGS``. Responses that an operation
    documents itself are kept.

    Args:
        result: The generated schema, which is changed in place.
        **kwargs: Further arguments of drf-spectacular; unused.

    Returns:
        The schema.
    """
    responses = result.setdefault("components", {}).setdefault("responses", {})
    for name, response, header in REJECTIONS.values():
        responses[name] = {
            "description": str(response.description),
            "headers": {header: {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": ERROR_SCHEMA}},
        }
    for operation in _find_authenticated(result):
        for status, (name, *_) in REJECTIONS.items():
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})
    return result


def _find_authenticated(result: Any) -> list[Any]:
    """Return the operations with a security scheme; ``{}`` marks an optional token."""
    operations = [op for path in result["paths"].values() for op in path.values()]
    return [op for op in operations if any(op.get("security", ()))]
