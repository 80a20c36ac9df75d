"""The page of the documentation: ``python -m benchmarks --write FILE``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.budgets import budgets

HEAD = """# Performance

After this page you can choose a store by its cost, and repeat the measurements.

Written by `python -m benchmarks --write docs/performance.md` from the last results. The contestants take turns in one process, so a busy
machine slows all of them. A ratio compares two contestants within a round. The interquartile range is in brackets. On a shared
machine, code that touches more memory is slowed more: the ratios of token_revocation then rise by some hundredths. The 99th
percentiles and the longest waits are unreliable there.

| store | choose it for |
|---|---|
| `DatabaseStore` | most projects: no configuration, and a revocation takes effect at once |
| `SnapshotStore` | many requests and few revocations: no query for a token that is not revoked |
| `SnapshotStore` with `AUTHENTICATION_CACHE_TTL` | clients that return within seconds: no query at all |
| `CachedStore` | many short-lived processes that share a cache |

## Where the time goes

`python -m benchmarks.profiles NAME` profiles a contestant.

* Most of the cost of a query is that Django builds its SQL. Tokens of Django REST framework, knox and OAuth Toolkit, and the
  users of JWTs, are read with SQL that is compiled once. This saves more than the revocation check costs.
* With an unknown class ("RevocationMixin + DRF") the mixin adds to the cost of that class. The tables below time each of its steps in
  place, and repeated at once. Most of the difference is the processor loading code and data that were evicted since the last request.
* A cached token costs what Django needs to create instances of the token and its user, because every request gets new ones.
* The claims of a cached JWT are not verified again. A request costs the same with each algorithm, so the ratio is lowest where simplejwt is
  slowest.
* On PostgreSQL, the rest of the cost of `DatabaseStore` is that the server plans each query: three tables with all their indexes.
  With `PREPARE_STATEMENTS` it plans the query once for each connection. With
  `OPTIONS = {"server_side_binding": True, "prepare_threshold": 5}` it does so with every query of the project. The tables below call this
  `postgres-prepared`. Both need psycopg 3 and no transaction pooler. See [Stores](stores.md#databasestore).
* Django creates a client of Redis for each operation of a cache, which takes longer than the operation. `CachedStore` keeps the client.
* On SQLite, an insert during a purge waits for the current batch, so batches are short. On PostgreSQL and MariaDB no insert waits for a
  lock, but the purge, the inserts and their servers share the processors and the log of the database.
  `purge_revoked_tokens --sleep` leaves time for others.
"""

PICTURE = "images/performance.svg"

TITLES = {
    "authenticate": "`authenticate()`",
    "view": "A complete view",
    "reconnect": "With a new connection for each request (`CONN_MAX_AGE = 0`)",
}


def page(found: Mapping[str, Any]) -> str:
    """Return the results as Markdown."""
    return "\n".join(line.rstrip(" ") for line in lines(found)).strip() + "\n"


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield HEAD
    yield f"![The cost of each contestant]({PICTURE})\n"
    yield "Repeat with `python -m benchmarks " + " ".join(found["command"]) + "`, measured on:"
    yield ""
    yield from (f"* {name}: {value}" for name, value in found["machine"].items())
    yield "\n## Summary: `authenticate()`, relative to the class alone; budgets in brackets\n"
    yield from budgets(found["databases"])
    for database, figures in found["databases"].items():
        for rows, level in figures["levels"].items():
            for part in TITLES:
                if part in level:
                    yield f"\n## {TITLES[part]}: {database}, {int(rows):,} revoked\n"
                    yield from table(level[part], level["queries"])
            if level.get("steps"):
                yield f"\n## The cost of the mixin with an unknown class: {database}\n"
                yield from steps(level["steps"])
            if level.get("serve"):
                yield f"\n## Requests per second: {database}, {int(rows):,} revoked\n"
                yield from rates(level["serve"])
        yield from once(database, figures)


def table(part: Mapping[str, Any], queries: Mapping[str, int]) -> Iterator[str]:
    yield "| | queries | median µs | 99th µs | ratio to the first row | to the class alone |"
    yield "|---|---|---|---|---|---|"
    for name, row in part.items():
        alone = row["alone"] and between(row["alone"])
        yield (
            f"| {name} | {queries[name]} | {row['median']:.0f} | {row['p99']:.0f} "
            f"| {between(row)} | {alone or ''} |"
        )


def steps(part: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield "| | µs | µs, repeated at once |"
    yield "|---|---|---|"
    for name, taken in part.items():
        yield f"| {name} | {taken['there']:.1f} | {taken['again']:.1f} |"


def rates(part: Mapping[str, Any]) -> Iterator[str]:
    yield "| | requests per second | ratio to the first row |"
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
