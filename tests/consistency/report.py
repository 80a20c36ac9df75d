"""The rows as tables of a documentation page, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.consistency.faults import DATABASE_AVAILABLE
from tests.consistency.records import ACTIVITIES

DOCS = Path(__file__).resolve().parents[2] / "docs"

HEAD = """\
# Fault tests on {database}

This page shows what each store accepts and loses while its servers fail.

The setup is two hosts, each a gunicorn with {workers} workers of {threads} threads, on one {database} and one Redis. Processes and HTTP are
real. {login_clients} clients log in, call the API and log out, on one device or everywhere, with tokens of Django REST framework and with JSON
Web Tokens. {replay_clients} other clients present tokens that were just revoked, access and refresh tokens, to any worker of any host. Meanwhile a
fault is injected and removed. {session_clients} clients use [sessions that rotate](sessions.md#rotation): they refresh, repeat a refresh that was not
answered or at once, log out, or present a refresh token whose successor was used. After all faults of a store, every process and server is killed and restarted with an empty Redis. Then every
host is asked about every revoked token, and sessions are refreshed.

The time starts when a client has read the response to its logout. All times are of one clock, that of the clients.

| column | meaning |
|---|---|
| accepted late | requests accepted although they were sent later than `staleness_bound` after the logout. **Must be 0** |
| lost | revoked tokens that are accepted after the restart. **Must be 0** |
| other answers | neither 2xx nor 401 nor 503 with `Retry-After`. **Must be 0** |
| wrongly rejected | 401 for a token that was not revoked. **Must be 0** |
| refreshes | refreshes of sessions that succeeded, with retries |
| session errors | refresh tokens with two successors, accepted replays, refreshes after the end, and rejected sessions that had not ended. **Must be 0** |
| 503 | the revocation state was unavailable. **Must be 0** if the fault does not concern the database |
| no answer | lost connections to a killed worker or a restarted host |
| longest | seconds from a logout to the last accepted request with its token |

A row counts only if all of this happened, otherwise the command fails:

* The fault was observed.
* **During** the fault clients logged in, called the API, logged out, presented revoked tokens, refreshed, retried a refresh and presented
  used refresh tokens.
* Each worker of both hosts answered about revoked tokens.
* In the end each host accepted or rejected each of them.

"""

FOOT = """
`{command}` writes the tables. `--long` makes 10,000 revocations for each store, and `--database` selects PostgreSQL or MariaDB.
`tox -e consistency` runs a short form as a test. Clients, servers and hosts shared {cores} cores, with {versions}.

The harness itself is tested in `tests/consistency/test_consistency.py`. With a store that trusts its cache it counts tokens accepted late.
With a store that keeps revocations in the cache only, it counts lost tokens. Without a grace period, it counts lost sessions.
"""

COLUMNS = (
    "fault",
    "requests",
    "revocations",
    "accepted late",
    "lost",
    "other answers",
    "wrongly rejected",
    "refreshes",
    "session errors",
    "503",
    "no answer",
    "longest",
)

PACKAGES = ("django", "djangorestframework", "gunicorn", "redis")


@dataclass(frozen=True, kw_only=True)
class Page:
    """The documentation page of one database."""

    name: str
    database: str
    driver: str

    def write(self, chapters, **numbers):
        names = (*PACKAGES, self.driver)
        versions = ", ".join(f"{name} {version(name)}" for name in names)
        head = HEAD.format(database=self.database, **numbers)
        foot = FOOT.format(versions=versions, **numbers)
        (DOCS / self.name).write_text(head + "\n".join(chapters) + foot)


PAGES = {
    "postgres": Page(name="consistency.md", database="PostgreSQL", driver="psycopg"),
    "mariadb": Page(name="consistency_mariadb.md", database="MariaDB", driver="mysqlclient"),
}


def line(row):
    """Return the table row of a fault."""
    record = row.record
    numbers = [record.requests, len(record.revoked), record.accepted_late, row.lost]
    numbers += [record.unexpected.total(), record.wrongly_rejected]
    numbers += [record.sessions.refreshes, sum(record.sessions.errors.values())]
    numbers += [record.unavailable, record.without_response]
    return cells(row.fault, *(f"{number:,}" for number in numbers), f"{record.longest:.3f}")


def cells(*texts):
    return f"| {' | '.join(texts)} |"


def chapter(name, bound, rows):
    """Return the chapter of one store."""
    total = sum(len(row.record.revoked) for row in rows)
    head = [f"## {name}", "", f"The bound is {bound:g} seconds; {total:,} revocations.", ""]
    rule = "|---|" + "---:|" * (len(COLUMNS) - 1)
    return "\n".join([*head, cells(*COLUMNS), rule, *map(line, rows), ""])


def problems(row):
    """Return how often each forbidden result occurred, and what the run failed to show."""
    record = row.record
    counts = {
        "accepted late": record.accepted_late,
        "lost": row.lost,
        "wrongly rejected": record.wrongly_rejected,
        "503 with an available database": row.fault in DATABASE_AVAILABLE and record.unavailable,
        **record.sessions.errors,
        **record.unexpected,
        **missing_evidence(row),
    }
    return {problem: count for problem, count in counts.items() if count}


def missing_evidence(row):
    """Return what a run must show and did not."""
    record = row.record
    return {
        **{f"no client {activity}": not record.activities[activity] for activity in ACTIVITIES},
        "silent workers": len(record.silent_workers),
        "missing revocations": max(0, row.required_revocations - len(record.revoked)),
        "inconclusive": record.inconclusive,
    }
