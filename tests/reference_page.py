"""Write ``docs/reference.md`` from the docstrings: ``python -m tests.reference_page``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tests.docstrings import (
    ROOT,
    Name,
    exported_names,
    find_name,
    format_signature,
    parse_module,
    public_names,
)
from token_revocation import conf

PAGE = ROOT / "docs" / "reference.md"
PACKAGE = "token_revocation"

HEAD = """\
# Reference

Look up the settings, signals, services, exceptions, classes and system checks on this page. [What is public](public.md)
describes what may change. The page is written by `python -m tests.reference_page` from the docstrings.
"""

CHAPTERS = {
    "Settings": "All settings are keys of the dictionary `TOKEN_REVOCATION`. They are read on every access. "
    "`manage.py check` reports unknown keys as errors.",
    "Signals": "The module is `token_revocation.signals`. Signals of a revocation are sent after its commit. "
    "A receiver that fails is logged.",
    "Services": "The module is `token_revocation.services`. Every write is a service.",
    "Errors": "The module is `token_revocation.exceptions`. `code` is stable. The message is for "
    "people, and translated.",
    "Classes": "Classes to configure, to extend and to use.",
    "System checks": "`…` stands for a value. `check --deploy` runs `W040` to `W045`, `W071` and `W080`.",
}

CLASSES = {
    "tokens": ("TokenRef", "Subject", "IssuedToken"),
    "authentication": ("RevocationMixin", "current_token", "token_of"),
    "adapters": ("TokenAdapter", "get_adapters"),
    "storage": ("TokenStorage",),
    "retention": ("TokenRetention",),
    "entry_points": ("TokenEntryPoints",),
    "stores.base": ("RevocationStore",),
    "stores.database": ("DatabaseStore",),
    "stores.cached": ("CachedStore",),
    "stores.snapshot.store": ("SnapshotStore",),
    "stores": ("get_store",),
}


def page() -> str:
    """Return the text of the page."""
    contents = (settings(), signals(), services(), errors(), classes(), checks())
    chapters = [
        "\n\n".join([f"## {title}", text, *found])
        for (title, text), found in zip(CHAPTERS.items(), contents, strict=True)
    ]
    return "\n".join([HEAD, "\n\n".join(chapters), ""])


def settings() -> Iterator[str]:
    """Yield each setting with its type and its default."""
    for name, node, docstring in public_names(find_name(f"{PACKAGE}.conf", "Settings").node):
        kind, default = ast.unparse(node.annotation), ast.unparse(node.value)
        default = repr(vars(conf).get(default)) if isinstance(node.value, ast.Name) else default
        yield f"### `{name}`\n\n`{kind}`, by default `{default}`\n\n{docstring}"


def signals() -> Iterator[str]:
    """Yield each signal with its arguments."""
    for name, node, docstring in public_names(parse_module(f"{PACKAGE}.signals")):
        if ast.unparse(node.value) == "Signal()":
            yield f"### `{name}`\n\n{docstring}"


def services() -> Iterator[str]:
    """Yield the functions, then the classes of their arguments and results."""
    found = {each.name: each for each in exported_names(f"{PACKAGE}.services")}
    classes = [each for each in found.values() if isinstance(each.node, ast.ClassDef)]
    functions = [each for each in found.values() if each not in classes]
    yield from (describe(resolve_derived(each, found)) for each in functions)
    yield from map(describe, classes)


def resolve_derived(function: Name, functions: Mapping[str, Name]) -> Name:
    """Return ``function``, with the signature of the one that it was derived from, if any."""
    if not isinstance(function.node, ast.Assign):
        return function
    *_, original = [n.id for n in ast.walk(function.node.value) if isinstance(n, ast.Name)]
    node = functions[original].node
    derived = ast.AsyncFunctionDef(name=function.name, args=node.args, returns=node.returns)
    return function._replace(node=derived)


def classes() -> Iterator[str]:
    """Yield the classes and functions of ``CLASSES``."""
    for module, names in CLASSES.items():
        for name in names:
            yield describe(find_name(f"{PACKAGE}.{module}", name), f"{PACKAGE}.{module}.")


def describe(found: Name, prefix: str = "") -> str:
    """Return a function with its signature, or a class with its public members."""
    name, node, docstring = found
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return f"### `{prefix}{name}`\n\n```text\n{format_signature(node)}\n```\n\n{docstring}"
    bases = [ast.unparse(base) for base in node.bases if ast.unparse(base) not in ("ABC", "Any")]
    kind = f" ({', '.join(bases)})" if bases else ""
    return "\n\n".join([f"### `{prefix}{name}`{kind}", docstring, "\n".join(members(node))])


def members(node: ast.ClassDef) -> Iterator[str]:
    """Yield a line for each attribute and method; fields need no docstring."""
    explained = {found.node: found for found in public_names(node)}
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            yield f"* `{one_line(part)}`"
        elif part in explained:
            yield member(explained[part])
        elif isinstance(part, ast.AnnAssign) and not ast.unparse(part.target).startswith("_"):
            yield f"* `{ast.unparse(part.target)}: {ast.unparse(part.annotation)}`"


def member(found: Name) -> str:
    """Return the name or signature, and the docstring."""
    name, node, docstring = found
    is_method = isinstance(node, ast.FunctionDef) and not any(
        ast.unparse(mark) in ("property", "cached_property") for mark in node.decorator_list
    )
    shown = one_line(node) if is_method else name
    text = docstring.replace("\n", "\n    ").replace("\n    \n", "\n\n")
    return f"* `{shown}`: {text}"


def one_line(function: ast.FunctionDef) -> str:
    """Return the signature in one line."""
    return " ".join(format_signature(function).split())


def errors() -> Iterator[str]:
    """Yield a table of the exceptions and their codes."""
    rows = ["| exception | `code` | description |", "|---|---|---|"]
    for name, node, docstring in public_names(parse_module(f"{PACKAGE}.exceptions")):
        codes = [
            part.value.value
            for part in node.body
            if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "default_code"
        ]
        rows += [f"| `{name}` | `{code}` | {' '.join(docstring.split())} |" for code in codes]
    yield "\n".join(rows)


def checks() -> Iterator[str]:
    """Yield a table of the messages of all checks, by id."""
    rows = {}
    for file in sorted((ROOT / PACKAGE).rglob("*.py")):
        tree = ast.parse(file.read_text())
        constants = string_constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                known = {keyword.arg: keyword.value for keyword in node.keywords}
                identifier = template(known.get("id"), constants)
                if identifier.startswith(f"{PACKAGE}.") and "hint" in known:
                    assert identifier not in rows, identifier
                    texts = (node.args[0], known["hint"])
                    rows[identifier] = tuple(template(text, constants) for text in texts)
    head = ["| id | message | hint |", "|---|---|---|"]
    table = [f"| `{name}` | {message} | {hint} |" for name, (message, hint) in sorted(rows.items())]
    yield "\n".join([*head, *table])


def string_constants(tree: ast.Module) -> dict[str, str]:
    """Return the strings that the module assigns to names."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def template(node: ast.AST | None, constants: Mapping[str, str]) -> str:
    """Return the text of a string, with "…" for each value that is not constant."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.Name(name) | ast.FormattedValue(ast.Name(name)) if name in constants:
            return constants[name]
        case ast.JoinedStr(values):
            return "".join(template(value, constants) for value in values)
        case ast.FormattedValue():
            return "…"
        case _:
            return ""


if __name__ == "__main__":
    PAGE.write_text(page())
