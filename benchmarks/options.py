"""The options of the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

GROWS = "authenticate"
"""The parts that are measured with each number of rows."""

EACH = [GROWS, "view", "reconnect", "steps", "serve"]
"""Parts that do not depend on the number of rows, and are measured once."""

QUICK = {"rows": [0], "rounds": 4, "calls": 5, "seconds": 1, "purge_rows": 2000, "bulk_rows": 1000}

PARTS = [*EACH, "purge", "bulk"]

DATABASES = ["sqlite", "postgres", "postgres-prepared"]

SHORTER = {"postgres-prepared": ["--rows", "0", "--parts", *EACH]}
"""A database that differs from another in the cost of a statement only."""


def arguments_for(database: str, arguments: Sequence[str]) -> list[str]:
    """Return the requested parts that apply to ``database``."""
    if database not in SHORTER:
        return [*arguments]
    return [*(each for each in arguments if each != "--million"), *SHORTER[database]]


def parse(arguments: Sequence[str]) -> Namespace:
    """Parse the options.

    The defaults are those of the documentation, without a million rows.
    """
    parser = ArgumentParser("python -m benchmarks")
    add = parser.add_argument
    add("--databases", nargs="+", default=DATABASES, help="also: mariadb")
    add("--rows", nargs="+", type=int, default=[0, 100_000], help="revoked tokens, rising")
    add("--quick", action="store_true", help="a few seconds, to see that it runs")
    add("--million", action="store_true", help="one million rows too; takes minutes")
    add("--rounds", type=int, default=40, help="turns of each contestant")
    add("--calls", type=int, default=50, help="calls a turn")
    add("--seconds", type=int, default=3, help="of load a turn")
    add("--purge-rows", type=int, default=2_000_000, help="half of them expired")
    add("--bulk-rows", type=int, default=1_000_000, help="revoked at once")
    add("--only", default="", help="contestants whose name contains this, and the baseline")
    add("--parts", nargs="*", default=PARTS, choices=PARTS, help="what is measured")
    add("--json", type=Path, default=Path("benchmarks/results.json"), help="where to keep it")
    add("--write", type=Path, help="make this page of what --json has, and measure nothing")
    options = parser.parse_args(arguments)
    options.rows += [1_000_000] * options.million
    if options.quick:
        vars(options).update(QUICK)
    return options
