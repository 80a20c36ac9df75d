"""What a schema says of a project's own operations, once a class of ours is in front of them."""

from __future__ import annotations

from typing import Any

from token_revocation.contrib.drf_spectacular.answers import ALWAYS, AUTHENTICATED

ERROR = {
    "type": "object",
    "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
    "required": ["detail"],
}

REFUSALS = {
    "401": ("TokenRefused", AUTHENTICATED[401], "WWW-Authenticate"),
    "503": ("RevocationUnavailable", ALWAYS[503], "Retry-After"),
}


def describe_refusals(result: Any, **kwargs: Any) -> Any:
    """A postprocessing hook: each operation that takes a token may answer 401, and 503.

    What an operation says of these itself stays as it is.
    """
    responses = result.setdefault("components", {}).setdefault("responses", {})
    for name, answer, header in REFUSALS.values():
        responses[name] = {
            "description": str(answer.description),
            "headers": {header: {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": ERROR}},
        }
    for operation in _taking_tokens(result):
        for status, (name, *_) in REFUSALS.items():
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{name}"})
    return result


def _taking_tokens(result: Any) -> list[Any]:
    """Those that name a scheme; ``{}`` among them only allows to come without a token."""
    operations = [op for path in result["paths"].values() for op in path.values()]
    return [op for op in operations if any(op.get("security", ()))]
