"""Run the tests of another package with its classes replaced by those of token_revocation.

The source distribution of the installed version is downloaded, and its tests run in a process of
their own. Files that they require and the distribution lacks are in ``stand_ins``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import pytest

import token_revocation
from tests.requirements import skip_or_fail

HERE = Path(__file__).parent
PRIVATE_VARIABLES = ("COV_", "COVERAGE_", "DJANGO_", "PYTEST_", "PYTHONPATH")


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """Another package, whose tests the replacement classes must pass."""

    distribution: str
    tests: Sequence[str]
    """Paths of the tests, relative to the root of the source distribution."""
    replacements: Mapping[str, str]
    """The dotted path of each class to replace, and of its replacement."""
    settings: Mapping[str, Any]
    stand_ins: str = ""
    """A folder of ``stand_ins`` to copy next to the tests."""
    plugins: Sequence[str] = ()
    """Modules of that folder that are pytest plugins."""
    differences: Mapping[str, str] = field(default_factory=dict)
    """Tests, by ``Class.name``, that must fail, each with the reason."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The tests that ran, by ``Class.name``, and what the process printed."""

    passed: frozenset[str]
    failed: frozenset[str]
    skipped: frozenset[str]
    output: str


def run(upstream: Upstream, downloads: Path, folder: Path) -> Outcome:
    """Run the tests of ``upstream`` in the empty ``folder``."""
    unpack_tests(source_of(upstream.distribution, downloads), folder)
    if upstream.stand_ins:
        shutil.copytree(HERE / "stand_ins" / upstream.stand_ins, folder, dirs_exist_ok=True)
    report = folder / "report.xml"
    options = ["--noconftest", "--rootdir=.", f"--junitxml={report}"]
    names = ["replacement_plugin", *upstream.plugins, "no:randomly", "no:cacheprovider"]
    plugins = [f"-p{name}" for name in names]
    process = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *plugins, *upstream.tests],
        cwd=folder,
        env=environment(upstream),
        capture_output=True,
        text=True,
        check=False,
    )
    if not report.exists():
        pytest.fail(process.stdout + process.stderr)
    return outcome_in(report, process.stdout)


def source_of(distribution: str, downloads: Path) -> Path:
    """Return the source distribution of the installed version.

    If it cannot be downloaded, the test is skipped, or fails in continuous integration.
    """
    requirement = f"{distribution}=={version(distribution)}"
    folder = downloads / requirement
    error = "" if archives_in(folder) else download(requirement, distribution, folder)
    if not archives_in(folder):
        skip_or_fail(f"The source of {requirement} could not be downloaded: {error}")
    return archives_in(folder)[0]


def archives_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz"))


def download(requirement: str, distribution: str, folder: Path) -> str:
    """Download with pip, and return its error output."""
    options = ["--no-deps", f"--no-binary={distribution}", "--retries=1", "--timeout=10"]
    process = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, f"--dest={folder}", requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    return process.stderr


def unpack_tests(archive: Path, folder: Path) -> None:
    """Unpack the tests only; they test the installed package."""
    with tarfile.open(archive) as source:
        for member in source.getmembers():
            path = PurePosixPath(member.name.partition("/")[2])
            content = source.extractfile(member)
            if content and path.parts[:1] == ("tests",) and ".." not in path.parts:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content.read())


def environment(upstream: Upstream) -> dict[str, str]:
    """Return the environment without variables that configure this test run."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PRIVATE_VARIABLES)}
    package = Path(token_revocation.__file__).parent.parent
    paths = os.pathsep.join([str(HERE), str(package)])
    return {**inherited, "PYTHONPATH": paths, "UPSTREAM_PLAN": json.dumps(asdict(upstream))}


def outcome_in(report: Path, output: str) -> Outcome:
    by_result: dict[str, set[str]] = {"passed": set(), "failed": set(), "skipped": set()}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it
        name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
        by_result[result_of(case)].add(name)
    return Outcome(**{k: frozenset(names) for k, names in by_result.items()}, output=output)


def result_of(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"
