"""Rotation of refresh tokens: ``python -m benchmarks.rotation --write docs/performance.md``."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from time import perf_counter_ns
from typing import Any

import django

from benchmarks.page import between
from benchmarks.statistics import ratio, summary

TITLE = "## Rotation of refresh tokens"
INTRODUCTION = """
A refresh with rotation, without the HTTP request. The first row is simplejwt's own serializer with its blacklist app, which stores two rows
for each refresh. "A row per refresh" is this package without `token_revocation.sessions`, "a row per session" with it. WAL is the median of
a refresh, which contains no full page after a checkpoint.

Repeat with `python -m benchmarks.rotation {command}`.
"""


def main(arguments: Sequence[str]) -> None:
    options = parse(arguments)
    if options.measure:
        options.measure.write_text(json.dumps(measure(options)))
        return
    figures = {name: measured(name, arguments) for name in options.databases}
    section = "\n".join(lines(figures, arguments)).strip() + "\n"
    print(section)
    if options.write:
        options.write.write_text(with_section(options.write.read_text(), section))


def parse(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser("python -m benchmarks.rotation")
    add = parser.add_argument
    add("--databases", nargs="+", default=["sqlite", "postgres"], help="also: mariadb")
    add("--rows", type=int, default=100_000, help="sessions, and used tokens")
    add("--rounds", type=int, default=20, help="turns of each contestant")
    add("--calls", type=int, default=20, help="refreshes a turn")
    add("--sample", type=int, default=1000, help="sessions that are refreshed 20 times")
    add("--write", type=Path, help="the page whose section is replaced")
    add("--measure", type=Path, help="measure in this process, and write the results to the file")
    return parser.parse_args(arguments)


def measured(database: str, arguments: Sequence[str]) -> Any:
    """Return the results of a process with the settings for ``database``."""
    with TemporaryDirectory() as folder, NamedTemporaryFile() as output:
        environment = {
            **os.environ,
            "BENCH_DATABASE": database,
            "BENCH_FILE": f"{folder}/bench.sqlite3",
            "BENCH_SUFFIX": os.environ.get("BENCH_SUFFIX", "") + "_rotation",
            "DJANGO_SETTINGS_MODULE": "benchmarks.rotation_settings",
        }
        command = [sys.executable, "-m", "benchmarks.rotation", *arguments]
        subprocess.run([*command, "--measure", output.name], env=environment, check=True)
        return json.loads(Path(output.name).read_text())


def measure(options: Namespace) -> dict[str, Any]:
    """Return the times of a refresh, and the sizes of its rows."""
    django.setup()
    from django.db import connection

    from benchmarks import rotation_sizes
    from benchmarks.contestants.rotation import CONTESTANTS, Refreshes
    from benchmarks.measure import database

    with database():
        sizes = rotation_sizes.fill(options)
        refreshes = {name: Refreshes(*each) for name, each in CONTESTANTS.items()}
        found = {"times": times(refreshes, options), "sizes": sizes}
        found["queries"] = {name: each.queries() for name, each in refreshes.items()}
        if connection.vendor == "postgresql":
            found["wal"] = {name: rotation_sizes.wal(each) for name, each in refreshes.items()}
            found["sizes"] |= rotation_sizes.update_sample(options)
    return found


def times(refreshes: Mapping[str, Any], options: Namespace) -> dict[str, Any]:
    """Return the microseconds of a refresh, in turns, and their ratio to the first."""
    dice, samples = random.Random(1), {name: [] for name in refreshes}
    for _ in range(options.rounds):
        for name in dice.sample([*refreshes], len(refreshes)):
            refreshes[name].refresh()
            samples[name].append([timed(refreshes[name]) for _ in range(options.calls)])
    base = next(iter(samples.values()))
    return {name: {**summary(each), **ratio(each, base)} for name, each in samples.items()}


def timed(refreshes: Any) -> float:
    before = perf_counter_ns()
    refreshes.refresh()
    return (perf_counter_ns() - before) / 1000


def lines(figures: Mapping[str, Any], arguments: Sequence[str]) -> Iterator[str]:
    """Yield the section of the page."""
    yield TITLE
    yield INTRODUCTION.format(command=" ".join(arguments))
    for database, found in figures.items():
        wal = found.get("wal", {})
        yield f"| {database} | queries | median µs | ratio to the first row | {'WAL, bytes' if wal else ''} |"
        yield "|---|---|---|---|---|"
        for name, row in found["times"].items():
            bytes_of_wal = f"{wal[name]:,.0f}" if wal else ""
            yield (
                f"| {name} | {found['queries'][name]} | {row['median']:.0f} "
                f"| {between(row)} | {bytes_of_wal} |"
            )
        yield ""
    for database, found in figures.items():
        yield from (f"* {database}, {name}: {value}" for name, value in found["sizes"].items())


def with_section(page: str, section: str) -> str:
    """Return ``page`` with the section in place of the earlier one, or at its end."""
    before, _, rest = page.partition(TITLE)
    _, heading, after = rest.partition("\n## ")
    return f"{before.rstrip()}\n\n{section}{heading}{after}"


def get_section(page: str) -> str:
    """Return the section in ``page``, or ``""``."""
    _, title, rest = page.partition(TITLE)
    return title + rest.partition("\n## ")[0]


if __name__ == "__main__":
    main(sys.argv[1:])
