"""Write ``docs/reference.md`` from the docstrings: ``python -m tests.reference_page``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.docstrings import ROOT, Name, exported_by, find, names_in, parsed, signature
from token_revocation import conf

PAGE = ROOT / "docs" / "reference.md"
PACKAGE = "token_revocation"

HEAD = """\
# Reference

Generated from the docstrings, `python -m tests.reference_page`. `pydoc` and an editor show the same.
"""

CHAPTERS = {
    "Settings": "One dictionary, `TOKEN_REVOCATION`, read on every access. An unknown name is an "
    "error of `manage.py check`.",
    "Signals": "In `token_revocation.signals`. Those of a revocation are sent once it is committed, "
    "and a receiver that fails is logged.",
    "Services": "In `token_revocation.services`: every write passes there, and every signal leaves "
    "from there.",
    "Errors": "In `token_revocation.exceptions`. `code` is stable; the text beside it is for "
    "people, and translated.",
    "Classes": "To name, to extend and to read.",
    "System checks": "`…` stands for what is found; those from `W040` on are of `check --deploy`.",
}

CLASSES = {
    "tokens": ("TokenRef", "Subject", "IssuedToken"),
    "authentication": ("RevocationMixin", "current_token", "token_of"),
    "adapters": ("TokenAdapter", "get_adapters"),
    "stores.base": ("RevocationStore",),
    "stores.database": ("DatabaseStore",),
    "stores.cached": ("CachedStore",),
    "stores.snapshot.store": ("SnapshotStore",),
    "stores": ("get_store",),
}


def page() -> str:
    """The text of the page."""
    contents = (settings(), signals(), services(), errors(), classes(), checks())
    chapters = [
        "\n\n".join([f"## {title}", text, *found])
        for (title, text), found in zip(CHAPTERS.items(), contents, strict=True)
    ]
    return "\n".join([HEAD, "\n\n".join(chapters), ""])


def settings() -> Iterator[str]:
    """Each with its type and its default."""
    for name, node, docstring in names_in(find(f"{PACKAGE}.conf", "Settings").node):
        kind, default = ast.unparse(node.annotation), ast.unparse(node.value)
        default = repr(vars(conf).get(default)) if isinstance(node.value, ast.Name) else default
        yield f"### `{name}`\n\n`{kind}`, by default `{default}`\n\n{docstring}"


def signals() -> Iterator[str]:
    """Each with its arguments."""
    for name, node, docstring in names_in(parsed(f"{PACKAGE}.signals")):
        if ast.unparse(node.value) == "Signal()":
            yield f"### `{name}`\n\n{docstring}"


def services() -> Iterator[str]:
    """The verbs, then what they are given and give back."""
    found = list(exported_by(f"{PACKAGE}.services"))
    yield from (described(name) for name in found if isinstance(name.node, ast.FunctionDef))
    yield from (described(name) for name in found if isinstance(name.node, ast.ClassDef))


def classes() -> Iterator[str]:
    """In the order of the layers."""
    for module, names in CLASSES.items():
        for name in names:
            yield described(find(f"{PACKAGE}.{module}", name), f"{PACKAGE}.{module}.")


def described(found: Name, prefix: str = "") -> str:
    """A function with its signature, or a class with what is public of it."""
    name, node, docstring = found
    if isinstance(node, ast.FunctionDef):
        return f"### `{prefix}{name}`\n\n```text\n{signature(node)}\n```\n\n{docstring}"
    bases = [ast.unparse(base) for base in node.bases if ast.unparse(base) not in ("ABC", "Any")]
    kind = f" ({', '.join(bases)})" if bases else ""
    return "\n\n".join([f"### `{prefix}{name}`{kind}", docstring, "\n".join(members(node))])


def members(node: ast.ClassDef) -> Iterator[str]:
    """A line for each attribute and method; a field that its name explains is only named."""
    explained = {found.node: found for found in names_in(node)}
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            yield f"* `{one_line(part)}`"
        elif part in explained:
            yield member(explained[part])
        elif isinstance(part, ast.AnnAssign) and not ast.unparse(part.target).startswith("_"):
            yield f"* `{ast.unparse(part.target)}: {ast.unparse(part.annotation)}`"


def member(found: Name) -> str:
    """What it is called, and what it does."""
    name, node, docstring = found
    is_method = isinstance(node, ast.FunctionDef) and not any(
        ast.unparse(mark) in ("property", "cached_property") for mark in node.decorator_list
    )
    shown = one_line(node) if is_method else name
    text = docstring.replace("\n", "\n    ").replace("\n    \n", "\n\n")
    return f"* `{shown}`: {text}"


def one_line(function: ast.FunctionDef) -> str:
    """Its signature, however long."""
    return " ".join(signature(function).split())


def errors() -> Iterator[str]:
    """A table by code."""
    rows = ["| error | `code` | |", "|---|---|---|"]
    for name, node, docstring in names_in(parsed(f"{PACKAGE}.exceptions")):
        codes = [
            part.value.value
            for part in node.body
            if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "default_code"
        ]
        rows += [f"| `{name}` | `{code}` | {' '.join(docstring.split())} |" for code in codes]
    yield "\n".join(rows)


def checks() -> Iterator[str]:
    """A table by id, of every message that some check of ours can have."""
    rows = {}
    for file in sorted((ROOT / PACKAGE).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                known = {keyword.arg: keyword.value for keyword in node.keywords}
                identifier = template(known.get("id"))
                if identifier.startswith(f"{PACKAGE}.") and "hint" in known:
                    assert identifier not in rows, identifier
                    rows[identifier] = (template(node.args[0]), template(known["hint"]))
    head = ["| id | message | hint |", "|---|---|---|"]
    table = [f"| `{name}` | {message} | {hint} |" for name, (message, hint) in sorted(rows.items())]
    yield "\n".join([*head, *table])


def template(node: ast.AST | None) -> str:
    """The text of a string, with "…" for each value in it."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(values):
            return "".join(template(value) for value in values)
        case ast.FormattedValue():
            return "…"
        case _:
            return ""


if __name__ == "__main__":
    PAGE.write_text(page())
