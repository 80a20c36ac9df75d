"""Measure on each database in turn, in a process of its own; then print and keep what was found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.options import arguments_for, parse
from benchmarks.page import PICTURE, page
from benchmarks.picture import draw


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    if options.write:
        write(json.loads(options.json.read_text()), options.write)
        return
    found: dict[str, Any] = {"machine": machine.described(), "command": arguments, "databases": {}}
    for name in options.databases:
        found["databases"][name] = measured(name, arguments_for(name, arguments))
    options.json.write_text(json.dumps(found, indent=1))


def write(found: dict[str, Any], path: Path) -> None:
    """The page, and the picture beside it."""
    path.write_text(page(found))
    draw(found, path.parent / PICTURE)


def measured(database: str, arguments: list[str]) -> Any:
    """What a process with the settings for ``database`` found."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "found.json")
        environment = {
            **os.environ,
            "BENCH_DATABASE": database,
            "BENCH_FILE": f"{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        }
        command = [sys.executable, "-m", "benchmarks.measure", str(output), *arguments]
        subprocess.run(command, env=environment, check=True)
        return json.loads(output.read_text())


if __name__ == "__main__":
    main(sys.argv[1:])
