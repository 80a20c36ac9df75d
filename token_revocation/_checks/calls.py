"""Check of code that calls an authentication class itself.

A middleware, a decorator or a view of Django may authenticate by ``JWTAuthentication()``. No setting
and no attribute of a view names such a class, so the check parses the modules of the project.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from django.core.checks import CheckMessage, Error
from rest_framework.authentication import BaseAuthentication

from token_revocation._checks.entry_points import find_class_replacement, get_adapters_in_use
from token_revocation._checks.source_code import (
    ParsedModule,
    parse_project_modules,
    resolve_name,
    without_revocable_classes,
)
from token_revocation._checks.urlconf import iterate_routes
from token_revocation.adapters import TokenAdapter


def check_class_calls() -> Iterator[CheckMessage]:
    """Report calls of authentication classes that accept revoked tokens."""
    adapters = get_adapters_in_use(list(iterate_routes()))
    names = {path.rpartition(".")[2] for each in adapters for path in each.authentication_classes}

    def is_candidate(module: ModuleType, source: str) -> bool:
        return _has_authentication_class(module) or any(name in source for name in names)

    for module in parse_project_modules(is_candidate):
        yield from _check_module(module, adapters)


def _check_module(module: ParsedModule, adapters: Sequence[TokenAdapter]) -> Iterator[CheckMessage]:
    nodes = ast.walk(without_revocable_classes(module))
    for call in (node.func for node in nodes if isinstance(node, ast.Call)):
        replacement = find_class_replacement(resolve_name(call, module.names), adapters)
        if replacement:
            yield Error(
                f"{module.name}, line {call.lineno}: {ast.unparse(call)}() accepts revoked tokens.",
                hint=f"Use {replacement}, or a subclass, instead.",
                id="token_revocation.E077",
            )


def _has_authentication_class(module: Any) -> bool:
    classes = (each for each in vars(module).values() if isinstance(each, type))
    return any(issubclass(each, BaseAuthentication) for each in classes)
