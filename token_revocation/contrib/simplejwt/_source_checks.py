"""System checks that search a project's source for unsafe calls of simplejwt.

simplejwt documents ``RefreshToken.for_user()`` for creating tokens manually. No URL or setting
leads to such a call, so the checks parse the modules of the project.
https://django-rest-framework-simplejwt.readthedocs.io/en/stable/creating_tokens_manually.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from django.core.checks import CheckMessage, Error
from rest_framework_simplejwt import views
from rest_framework_simplejwt.serializers import (
    TokenObtainPairSerializer,
    TokenRefreshSerializer,
    TokenRefreshSlidingSerializer,
)
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken, UntypedToken

from token_revocation._checks.source_code import (
    ParsedModule,
    parse_project_modules,
    resolve_name,
    without_revocable_classes,
)
from token_revocation.contrib.simplejwt.tokens import SessionToken

SERIALIZERS = "token_revocation.contrib.simplejwt.serializers"
TOKENS = "token_revocation.contrib.simplejwt.tokens"

REFRESH_SERIALIZERS = (TokenRefreshSerializer, TokenRefreshSlidingSerializer)

ACCESS_TOKENS = (AccessToken, SlidingToken, UntypedToken)
CHECKING_NAMES = frozenset({"blacklist", "is_revoked", "log_out", "resolve", "revoke"})
"""A function that calls one of these checks the token it decodes, or revokes it."""

SUBSTRINGS = ("for_user", "get_token", "efresh", "Token")
"""A module with a reported call contains at least one of these."""

Calls = Iterator[tuple[str, int]]
"""The source of each call, and its line number."""


def check_calls() -> Iterator[CheckMessage]:
    """Report calls that issue tokens without a session or accept revoked ones."""
    for module in parse_project_modules(_is_candidate):
        tree, names = module.tree, module.names
        yield from _report_issuing(module, _find_issuing_calls(tree, names))
        yield from _report_refreshing(module, _find_refreshing_calls(tree, names))
        unchecked = without_revocable_classes(module)
        yield from _report_decoding(module, _find_decoding_calls(unchecked, names))


def _is_candidate(module: ModuleType, source: str) -> bool:
    return any(substring in source for substring in SUBSTRINGS)


def _report_issuing(module: ParsedModule, calls: Calls) -> Iterator[CheckMessage]:
    for call, line in calls:
        yield Error(
            f"{module.name}, line {line}: {call}() issues tokens without a session. Revoking "
            "one token of a pair leaves the other valid.",
            hint=f"Use {TOKENS}.RevocableRefreshToken, or a subclass of SessionToken.",
            id="token_revocation.E072",
        )


def _report_refreshing(module: ParsedModule, calls: Calls) -> Iterator[CheckMessage]:
    for call, line in calls:
        yield Error(
            f"{module.name}, line {line}: {call}() does not check whether the refresh "
            "token is revoked.",
            hint=f"Use {SERIALIZERS}.RevocableTokenRefreshSerializer.",
            id="token_revocation.E073",
        )


def _report_decoding(module: ParsedModule, calls: Calls) -> Iterator[CheckMessage]:
    for call, line in calls:
        yield Error(
            f"{module.name}, line {line}: {call}() does not check whether the token is revoked.",
            hint="Check the token with services.resolve() and services.is_revoked().",
            id="token_revocation.E078",
        )


def _find_issuing_calls(tree: ast.AST, names: Mapping[str, Any]) -> Calls:
    for call in (node.func for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call, ast.Attribute):
            owner = resolve_name(call.value, names)
            if _is_issuing(owner, call.attr):
                yield ast.unparse(call), call.lineno


def _find_refreshing_calls(tree: ast.AST, names: Mapping[str, Any]) -> Calls:
    for nodes in _iterate_functions(tree):
        has_access_token = any(
            isinstance(node, ast.Attribute) and node.attr == "access_token" for node in nodes
        )
        for call in (node for node in nodes if isinstance(node, ast.Call)):
            called = resolve_name(call.func, names)
            is_decoding = bool(call.args) and _is_subclass(called, RefreshToken)
            if _is_refreshing(called) or (has_access_token and is_decoding):
                yield ast.unparse(call.func), call.lineno


def _find_decoding_calls(tree: ast.AST, names: Mapping[str, Any]) -> Calls:
    for nodes in _iterate_functions(tree):
        used = {getattr(node, "attr", getattr(node, "id", "")) for node in nodes}
        calls = (node for node in nodes if isinstance(node, ast.Call) and node.args)
        for call in calls if used.isdisjoint(CHECKING_NAMES) else ():
            called = resolve_name(call.func, names)
            if any(_is_subclass(called, each) for each in ACCESS_TOKENS):
                yield ast.unparse(call.func), call.lineno


def _iterate_functions(tree: ast.AST) -> Iterator[list[ast.AST]]:
    """Yield the nodes of each function, with those of the functions it contains."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    inner = {
        id(node)
        for each in ast.walk(tree)
        if isinstance(each, kinds)
        for node in ast.walk(each)
        if node is not each
    }
    for node in ast.walk(tree):
        if isinstance(node, kinds) and id(node) not in inner:
            yield list(ast.walk(node))


def _is_refreshing(called: Any) -> bool:
    """Return whether ``called`` is simplejwt's refresh serializer, or a view with it."""
    if called in (views.token_refresh, views.token_refresh_sliding):
        return True
    is_serializer = any(_is_subclass(called, each) for each in REFRESH_SERIALIZERS)
    return is_serializer and not any(c.__module__ == SERIALIZERS for c in called.__mro__)


def _is_subclass(called: Any, base: type) -> bool:
    return isinstance(called, type) and issubclass(called, base)


def _is_issuing(owner: Any, method: str) -> bool:
    """Return whether ``owner.method()`` issues a refresh token without a session."""
    if not isinstance(owner, type):
        return False
    if method == "get_token" and issubclass(owner, TokenObtainPairSerializer):
        return not issubclass(owner.token_class, SessionToken)
    is_refresh_token = issubclass(owner, RefreshToken) and not issubclass(owner, SessionToken)
    return method == "for_user" and is_refresh_token
