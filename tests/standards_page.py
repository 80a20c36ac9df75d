"""Write ``docs/standards.md`` from the markers: ``python -m tests.standards_page``.

The source is read and not run, so the page is the same whichever packages are installed.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "standards.md"

HEAD = """\
# Standards

What we implement of each document, by section, and the test that holds us to it. The page is generated from the tests,
`python -m tests.standards_page`, and a change lands only when all of them pass.
"""


class Promise(NamedTuple):
    """One sentence of a document, as the test that carries its marker says it."""

    document: str
    section: str
    sentence: str
    test: str


def page() -> str:
    """The text of the page."""
    documents: dict[str, list[Promise]] = defaultdict(list)
    for promise in promises():
        documents[promise.document].append(promise)
    return "\n".join([HEAD, *(chapter(name, documents[name]) for name in sorted(documents))])


def promises() -> Iterator[Promise]:
    """Every marked test, and every marked class of tests as its tests."""
    for path in sorted(TESTS.rglob("test_*.py")):
        yield from promises_in(
            ast.parse(path.read_text()), path.relative_to(TESTS.parent).as_posix()
        )


def promises_in(module: ast.Module, path: str) -> Iterator[Promise]:
    """One for each marker; a document may be named by a constant of the module."""
    constants = dict(constants_of(module))
    for node in ast.walk(module):
        for mark in filter(is_spec, getattr(node, "decorator_list", ())):
            document, section = (value(argument, constants) for argument in mark.args)
            for name in names_of(node):
                yield Promise(document, section, sentence(name), path)


def constants_of(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def value(argument: ast.expr, constants: dict[str, str]) -> str:
    return constants[argument.id] if isinstance(argument, ast.Name) else ast.literal_eval(argument)


def is_spec(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.spec"


def names_of(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """The test that is marked, or the tests of the class that is."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    tests = [inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)]
    return [name for name in tests if name.startswith("test_")]


def sentence(name: str) -> str:
    """What the name of a test says."""
    return name.removeprefix("test_").replace("_", " ").capitalize()


def chapter(document: str, found: list[Promise]) -> str:
    rows = sorted(set(found), key=lambda promise: (order(promise.section), promise))
    lines = [f"| {p.section} | {p.sentence} | `{p.test}` | tested |" for p in rows]
    table = ["| section | requirement | test | status |", "|---|---|---|---|", *lines]
    return "\n".join([f"## {document}", "", *table, ""])


def order(section: str) -> list[tuple[int, str]]:
    """Sections by number: 2.10 comes after 2.9."""
    return [(int(part) if part.isdigit() else 0, part) for part in section.split(".")]


if __name__ == "__main__":
    PAGE.write_text(page())
