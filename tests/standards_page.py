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

Look up here which requirements of each specification are implemented, by section, and which test checks each. The page is written by
`python -m tests.standards_page` from the markers of the tests.
"""


SPELLINGS = {
    word.lower(): word
    for word in ("ETag", "HTTPS", "ID", "JSON", "JWT", "MAC", "OAuth", "POST", "RSA", "URL", "URLs")
}


class Requirement(NamedTuple):
    """A requirement of a document, in the words of the test that has its marker."""

    document: str
    section: str
    sentence: str
    test: str


def page() -> str:
    """Return the text of the page."""
    documents: dict[str, list[Requirement]] = defaultdict(list)
    for requirement in requirements():
        documents[requirement.document].append(requirement)
    return "\n".join(
        [HEAD, *(document_section(name, documents[name]) for name in sorted(documents))]
    )


def requirements() -> Iterator[Requirement]:
    """Yield a requirement for each marked test; a marked class stands for its tests."""
    for path in sorted(TESTS.rglob("test_*.py")):
        yield from requirements_in(
            ast.parse(path.read_text()), path.relative_to(TESTS.parent).as_posix()
        )


def requirements_in(module: ast.Module, path: str) -> Iterator[Requirement]:
    """Yield one for each marker; its document may be a constant of the module."""
    constants = dict(module_constants(module))
    for node in ast.walk(module):
        for mark in filter(is_spec, getattr(node, "decorator_list", ())):
            document, section = (marker_value(argument, constants) for argument in mark.args)
            for name in marked_tests(node):
                yield Requirement(document, section, sentence(name), path)


def module_constants(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def marker_value(argument: ast.expr, constants: dict[str, str]) -> str:
    return constants[argument.id] if isinstance(argument, ast.Name) else ast.literal_eval(argument)


def is_spec(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.spec"


def marked_tests(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """Return the name of a marked test, or of the tests in a marked class."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    tests = [inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)]
    return [name for name in tests if name.startswith("test_")]


def sentence(name: str) -> str:
    """Return the name of a test as a sentence, with acronyms in capitals."""
    words = name.removeprefix("test_").split("_")
    first, *rest = (SPELLINGS.get(word, word) for word in words)
    return " ".join([first[0].upper() + first[1:], *rest])


def document_section(document: str, found: list[Requirement]) -> str:
    rows = sorted(
        set(found), key=lambda requirement: (section_order(requirement.section), requirement)
    )
    lines = [f"| {p.section} | {p.sentence} | `{p.test}` | tested |" for p in rows]
    table = ["| section | requirement | test | status |", "|---|---|---|---|", *lines]
    return "\n".join([f"## {document}", "", *table, ""])


def section_order(section: str) -> list[tuple[int, str]]:
    """Return a sort key that puts section 2.10 after 2.9."""
    return [(int(part) if part.isdigit() else 0, part) for part in section.split(".")]


if __name__ == "__main__":
    PAGE.write_text(page())
