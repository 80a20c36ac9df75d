"""Run all measurements on one database, for ``python -m benchmarks``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.db import connection

from benchmarks.options import EACH, GROWS, parse

ONCE = {"bulk": "benchmarks.bulk_revocation", "purge": "benchmarks.purge"}


@contextmanager
def database() -> Iterator[None]:
    """Create a database with every table, and drop it afterwards."""
    creation = connection.creation
    before = connection.settings_dict["NAME"]
    creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.close()
        creation.destroy_test_db(before, verbosity=0)


def measure(options: Namespace) -> dict[str, Any]:
    """Return the results of each contestant, by number of revoked rows."""
    # These modules import models, which load with the apps.
    from benchmarks.contestants.revocable import close_stores, refresh_snapshots
    from benchmarks.rows import fill
    from benchmarks.workloads import level

    found: dict[str, Any] = {"levels": {}}
    for rows in options.rows if set(options.parts) & set(EACH) else []:
        fill(rows)
        refresh_snapshots()
        parts = [p for p in options.parts if p == GROWS or rows == options.rows[0]]
        found["levels"][str(rows)] = level(options, parts)
    close_stores()
    for part in set(ONCE) & set(options.parts):
        found[part] = import_module(ONCE[part]).measure(options)
        print(part, found[part], file=sys.stderr)
    return found


def main(output: str, *arguments: str) -> None:
    options = parse(arguments)
    django.setup()
    with database():
        Path(output).write_text(json.dumps(measure(options)))


if __name__ == "__main__":
    main(*sys.argv[1:])
