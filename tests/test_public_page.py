"""``docs/public.md`` and the modules that exist."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase

import pytest

from tests.pages import ROOT, blocks

PACKAGE = "token_revocation"
PAGE = (ROOT / "docs" / "public.md").read_text()
TABLES = PAGE.partition("\n## Deprecation")[0]
PATTERNS = [
    name
    for line in TABLES.splitlines()
    for name in re.findall(rf"`({PACKAGE}[\w.*]*)`", line.split(" | ")[0])
]


def modules():
    """Return the dotted names of all modules and packages, other than migrations."""
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "migrations" not in parts:
            yield ".".join(part for part in parts if part != "__init__")


def is_private(module):
    return any(part.startswith("_") for part in module.split("."))


def matches(pattern, module):
    """Return whether ``module`` has the name ``pattern``, whose ``*`` stands for one part."""
    expected, parts = pattern.split("."), module.split(".")
    return len(expected) == len(parts) and all(map(fnmatchcase, parts, expected))


PUBLIC = [module for module in modules() if not is_private(module)]


@pytest.mark.parametrize("module", PUBLIC)
def test_public_module_is_listed(module):
    assert any(matches(pattern, module) for pattern in PATTERNS)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_listed_module_exists(pattern):
    assert any(matches(pattern, module) for module in PUBLIC)


def test_private_module_is_not_listed():
    assert list(filter(is_private, PATTERNS)) == []


def imported_names(code):
    """Return the dotted names that ``code`` imports from the package."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


@pytest.mark.parametrize("block", [b for b in blocks("python") if PACKAGE in b.text], ids=str)
def test_example_imports_public_names_only(block):
    names = [name for name in imported_names(block.text) if name.startswith(PACKAGE)]
    assert list(filter(is_private, names)) == []


@pytest.mark.parametrize("block", [b for b in blocks("python") if PACKAGE in b.text], ids=str)
def test_example_names_public_modules_only(block):
    named = re.findall(rf"\b{PACKAGE}\.[\w.]+", block.text)
    assert list(filter(is_private, named)) == []
