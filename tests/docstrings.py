"""What a module says of itself: its names, their signatures and docstrings, read and not run."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

ROLE = re.compile(r":\w+:`(~?)([^`]+)`")


class Name(NamedTuple):
    """A public name."""

    name: str
    node: ast.AST
    docstring: str


def parsed(module: str) -> ast.Module:
    """The module of this dotted name."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text())


def names_in(node: ast.Module | ast.ClassDef) -> Iterator[Name]:
    """Functions, classes and attributes with a docstring, in the order in which they stand."""
    for here, after in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
        match here, after:
            case ast.FunctionDef() | ast.ClassDef(), _:
                found = Name(here.name, here, ast.get_docstring(here) or "")
            case (
                ast.AnnAssign(target=ast.Name(name)) | ast.Assign(targets=[ast.Name(name)]),
                ast.Expr(ast.Constant(str(text))),
            ):
                found = Name(name, here, inspect.cleandoc(text))
            case _:
                continue
        if found.docstring and not found.name.startswith("_"):
            yield found._replace(docstring=markdown(found.docstring))


def exported_by(package: str) -> Iterator[Name]:
    """What a package imports for others from modules of its own, by name."""
    imports = (node for node in parsed(package).body if isinstance(node, ast.ImportFrom))
    origins = {alias.name: node.module for node in imports for alias in node.names}
    for name, module in sorted(origins.items()):
        if module and module.startswith(package):
            yield find(module, name)


def find(module: str, name: str) -> Name:
    """One name of a module."""
    return next(found for found in names_in(parsed(module)) if found.name == name)


def signature(function: ast.FunctionDef) -> str:
    """As it is called; an argument a line where they are long."""
    arguments = re.sub(r"^(self|cls)(, )?", "", ast.unparse(function.args))
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    short = f"{function.name}({arguments}){returns}"
    if len(short) <= 100:
        return short
    lines = re.split(r", (?=[*\w]+(?:[:=]|$)|\*,)", arguments)
    return "\n".join([f"{function.name}(", *(f"    {line}," for line in lines), f"){returns}"])


def markdown(docstring: str) -> str:
    """reStructuredText as our docstrings have it, in Markdown."""
    text = ROLE.sub(lambda m: f"`{m[2].rpartition('.')[2] if m[1] else m[2]}`", docstring)
    return text.replace("``", "`").replace("::\n", ":\n")
