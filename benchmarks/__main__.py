"""Measure on each database in a separate process; print and write the results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import machine, rotation
from benchmarks.options import arguments_for, parse
from benchmarks.page import PICTURE, page
from benchmarks.plot import draw


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    if options.write:
        write(json.loads(options.json.read_text()), options.write)
        return
    found: dict[str, Any] = {
        "machine": machine.description(),
        "command": arguments,
        "databases": {},
    }
    for name in options.databases:
        found["databases"][name] = measured(name, arguments_for(name, arguments))
    options.json.write_text(json.dumps(found, indent=1))


def write(found: dict[str, Any], path: Path) -> None:
    """Write the page, and the plot beside it."""
    earlier = path.read_text() if path.exists() else ""
    section = rotation.get_section(earlier)  # Measured by a command of its own.
    path.write_text(rotation.with_section(page(found), section) if section else page(found))
    draw(found, path.parent / PICTURE)


def measured(database: str, arguments: list[str]) -> Any:
    """Return the results of a process with the settings for ``database``."""
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
