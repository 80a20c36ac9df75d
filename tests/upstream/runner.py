"""Another package's own tests, run with our classes in the place of that package's.

Nothing of theirs is kept here: their source distribution, in the version that is installed, is
downloaded, and its tests run in a process of their own. What their tests need and the distribution
leaves out (a project, fixtures) we have written ourselves, in ``stand_ins``.
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
from tests.servers import give_up

HERE = Path(__file__).parent
PRIVATE_VARIABLES = ("COV_", "COVERAGE_", "DJANGO_", "PYTEST_", "PYTHONPATH")


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """One package whose tests ours must pass."""

    distribution: str
    tests: Sequence[str]
    """What to run, relative to the root of the source distribution."""
    swaps: Mapping[str, str]
    """The dotted path of each class to replace, and of the one of ours to put there."""
    settings: Mapping[str, Any]
    stand_ins: str = ""
    """A folder of ``stand_ins``, to copy beside their tests."""
    plugins: Sequence[str] = ()
    """Modules in it that are plugins of pytest."""
    differences: Mapping[str, str] = field(default_factory=dict)
    """Tests, by ``Class.name``, that must fail, each with the promise of ours it contradicts."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The tests that ran, by ``Class.name``, and what the process printed."""

    passed: frozenset[str]
    failed: frozenset[str]
    skipped: frozenset[str]
    output: str


def run(upstream: Upstream, downloads: Path, folder: Path) -> Outcome:
    """Run the tests of ``upstream`` in ``folder``, which is empty."""
    unpack_tests(source_of(upstream.distribution, downloads), folder)
    if upstream.stand_ins:
        shutil.copytree(HERE / "stand_ins" / upstream.stand_ins, folder, dirs_exist_ok=True)
    report = folder / "report.xml"
    options = ["--noconftest", "--rootdir=.", f"--junitxml={report}"]
    names = ["swap", *upstream.plugins, "no:randomly", "no:cacheprovider"]
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
    """The source distribution of the installed version; skips where there is no way to get it.

    The continuous integration has a way, so there it is a failure.
    """
    requirement = f"{distribution}=={version(distribution)}"
    folder = downloads / requirement
    complaint = "" if archives_in(folder) else download(requirement, distribution, folder)
    if not archives_in(folder):
        give_up(f"The source of {requirement} could not be downloaded: {complaint}")
    return archives_in(folder)[0]


def archives_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz"))


def download(requirement: str, distribution: str, folder: Path) -> str:
    """What pip complained of while it tried."""
    options = ["--no-deps", f"--no-binary={distribution}", "--retries=1", "--timeout=10"]
    process = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, f"--dest={folder}", requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    return process.stderr


def unpack_tests(archive: Path, folder: Path) -> None:
    """Only the tests: the package itself is the installed one."""
    with tarfile.open(archive) as source:
        for member in source.getmembers():
            path = PurePosixPath(member.name.partition("/")[2])
            content = source.extractfile(member)
            if content and path.parts[:1] == ("tests",) and ".." not in path.parts:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content.read())


def environment(upstream: Upstream) -> dict[str, str]:
    """Ours, without what would make their tests ours."""
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
