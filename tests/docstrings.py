"""Names, signatures and docstrings of modules, read from the source without importing it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

ROLE = re.compile(r":\w+:`(~?)([^`]+)`")
SECTION = re.compile(
    r"^(Args|Attributes|Raises|Returns|Yields):\n((?:    .*\n?|\n(?=    ))+)", re.M
)
ENTRY = re.compile(r"^([\w*]+): ", re.M)


class Name(NamedTuple):
    """A public name with its docstring in Markdown."""

    name: str
    node: ast.AST
    docstring: str


def parse_module(module: str) -> ast.Module:
    """Return the syntax tree of the module with this dotted name."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text())


def public_names(node: ast.Module | ast.ClassDef) -> Iterator[Name]:
    """Yield functions, classes and attributes that have a docstring, in source order."""
    for here, after in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
        match here, after:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef(), _:
                found = Name(here.name, here, ast.get_docstring(here) or "")
            case (
                ast.AnnAssign(target=ast.Name(name)) | ast.Assign(targets=[ast.Name(name)]),
                ast.Expr(ast.Constant(str(text))),
            ):
                found = Name(name, here, inspect.cleandoc(text))
            case _:
                continue
        if found.docstring and not found.name.startswith("_"):
            yield found._replace(docstring=to_markdown(found.docstring))


def exported_names(package: str) -> Iterator[Name]:
    """Yield the names that a package imports from its own modules, sorted."""
    imports = (node for node in parse_module(package).body if isinstance(node, ast.ImportFrom))
    origins = {alias.name: node.module for node in imports for alias in node.names}
    for name, module in sorted(origins.items()):
        if module and module.startswith(package):
            yield find_name(module, name)


def find_name(module: str, name: str) -> Name:
    """Return one public name of a module, which may import it from a private one."""
    tree = parse_module(module)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and any(alias.asname == name for alias in node.names):
            return find_name(str(node.module), name)
    return next(found for found in public_names(tree) if found.name == name)


def format_signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the signature without ``self``; if it is long, with one argument on each line."""
    arguments = re.sub(r"^(self|cls)(, )?", "", ast.unparse(function.args))
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    name = f"async {function.name}" if isinstance(function, ast.AsyncFunctionDef) else function.name
    short = f"{name}({arguments}){returns}"
    if len(short) <= 100:
        return short
    lines = re.split(r", (?=[*\w]+(?:[:=]|$)|\*,)", arguments)
    return "\n".join([f"{name}(", *(f"    {line}," for line in lines), f"){returns}"])


def to_markdown(docstring: str) -> str:
    """Convert reStructuredText and Google sections, as far as the docstrings use them."""
    text = ROLE.sub(lambda m: f"`{m[2].rpartition('.')[2] if m[1] else m[2]}`", docstring)
    text = SECTION.sub(format_section, text)
    return text.replace("``", "`").replace("::\n", ":\n").strip()


def format_section(section: re.Match[str]) -> str:
    """Return the heading in bold, and a list item for each entry of the section."""
    title, body = section[1], inspect.cleandoc(section[2])
    if title not in ("Returns", "Yields"):
        entries = re.sub(r"\n +", " ", body).splitlines()
        body = "\n".join(ENTRY.sub(r"* `\1`: ", entry) for entry in entries if entry)
    return f"**{title}**\n\n{body}\n"
