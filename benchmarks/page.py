"""The page of the documentation, made of what was found: ``python -m benchmarks --write FILE``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.budgets import budgets

HEAD = """# Performance

Made by `python -m benchmarks --write docs/performance.md` of what was measured last. All contestants take turns in one process, so
that a busy machine slows all alike; a ratio is taken within a round, and in brackets stand the bounds between which half of the
rounds lie. Where others use the machine too, what touches more memory suffers more: then ours lose some hundredths, and the 99th
percentiles and the longest waits say little.

`DatabaseStore` is for most projects: nothing to set up, and a revocation counts at once. `SnapshotStore` is for those whose
requests are many and whose revocations are few: it asks nobody about a token that nobody revoked. With `REMEMBER` it needs no
database at all for a client that comes again within seconds. `CachedStore` is for many short-lived processes that share a cache.

Where the time goes, by `python -m benchmarks.profiling NAME`: most of what a query costs is Django building its SQL. The tokens of
Django REST framework, knox and OAuth Toolkit, and the user of a JWT, are read by a statement that is built once, which saves more
than the answer costs. Before a class that we know nothing of ("our mixin before DRF") the mixin comes on top of what that class
does. What each of its steps takes is below, and again when it is done once more at once: most of the difference is the processor
fetching code and data that it has used for something else since the request before. Nothing of it waits for anybody. What a
remembered token costs is nearly all Django making an instance of the token and one of its user, so that every request has its own.

On PostgreSQL, what is left of the cost of `DatabaseStore` is the server planning its statement anew each time: three tables, each
with all its indexes. With `OPTIONS = {"server_side_binding": True, "prepare_threshold": 5}` it plans it once for each connection;
the tables below call that `postgres-prepared`. It needs psycopg 3, and no pooler by transaction in between.

Who inserts beside a purge waits on SQLite for the batch of the moment, which is short for that reason. On PostgreSQL and MariaDB
nobody waits for a lock; what is left is that the purge, the two servers of the connections and who inserts share the processors and
the log of the database. `purge_revoked_tokens --sleep` gives a part of the time back to the others.
"""

PICTURE = "images/performance.svg"

TITLES = {
    "authenticate": "`authenticate()`",
    "view": "A whole view",
    "reconnect": "With a new connection for each request (`CONN_MAX_AGE = 0`)",
}


def page(found: Mapping[str, Any]) -> str:
    """As Markdown."""
    return "\n".join(line.rstrip(" ") for line in lines(found)).strip() + "\n"


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield HEAD
    yield f"![What each costs]({PICTURE})\n"
    yield "Repeated by `python -m benchmarks " + " ".join(found["command"]) + "`, measured on:"
    yield ""
    yield from (f"* {name}: {value}" for name, value in found["machine"].items())
    yield "\n## In short: `authenticate()`, of what the class alone takes; in brackets our budget\n"
    yield from budgets(found["databases"])
    for database, figures in found["databases"].items():
        for rows, level in figures["levels"].items():
            for part in TITLES:
                if part in level:
                    yield f"\n## {TITLES[part]}: {database}, {int(rows):,} revoked\n"
                    yield from table(level[part], level["queries"])
            if level.get("steps"):
                yield f"\n## What the mixin adds before a class that we know nothing of: {database}\n"
                yield from steps(level["steps"])
            if level.get("serve"):
                yield f"\n## Requests per second: {database}, {int(rows):,} revoked\n"
                yield from rates(level["serve"])
        yield from once(database, figures)


def table(part: Mapping[str, Any], queries: Mapping[str, int]) -> Iterator[str]:
    yield "| | queries | median µs | 99th µs | ratio to the first line | to the class alone |"
    yield "|---|---|---|---|---|---|"
    for name, row in part.items():
        alone = row["alone"] and between(row["alone"])
        yield (
            f"| {name} | {queries[name]} | {row['median']:.0f} | {row['p99']:.0f} "
            f"| {between(row)} | {alone or ''} |"
        )


def steps(part: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield "| | µs | µs, once more at once |"
    yield "|---|---|---|"
    for name, taken in part.items():
        yield f"| {name} | {taken['there']:.1f} | {taken['again']:.1f} |"


def rates(part: Mapping[str, Any]) -> Iterator[str]:
    yield "| | requests per second | ratio to the first line |"
    yield "|---|---|---|"
    for name, row in part.items():
        yield f"| {name} | {row['median']:,.0f} | {between(row)} |"


def between(row: Mapping[str, float]) -> str:
    return f"{row['ratio']:.2f} ({row['from']:.2f}-{row['to']:.2f})"


def once(database: str, figures: Mapping[str, Any]) -> Iterator[str]:
    for part in ("bulk", "purge"):
        if part in figures:
            yield f"\n## {part}: {database}\n"
            yield from (f"* {name}: {shown(value)}" for name, value in figures[part].items())


def shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(each)}" for name, each in value.items())
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
