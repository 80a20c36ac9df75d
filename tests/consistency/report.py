"""The rows as a table, and as a page of the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.consistency.faults import HARMLESS
from tests.consistency.ledger import DEEDS

DOCS = Path(__file__).resolve().parents[2] / "docs"

HEAD = """\
# Seen everywhere, whatever breaks: {database}

Two hosts, each a gunicorn with {workers} workers of {threads} threads, on one {database} and one Redis: real processes, real HTTP.
{visitors} clients log in, call and log out, here or everywhere, with the tokens of Django REST framework and with JSON Web
Tokens. {hammerers} others use what has just been ended, access tokens and refresh tokens, at any worker of any host. Meanwhile
something breaks, and is mended. When all faults of a store are over, every process and server is killed and started anew,
Redis empty, and every host is asked about every token that was ever ended.

The clock starts when a client has read the answer to its logout, and everything is timed by one clock, that of the clients.

| column | |
|---|---|
| accepted late | requests sent later than `staleness_bound` after that answer, and accepted. **Must be 0** |
| lost | ended tokens that are accepted after everything was restarted. **Must be 0** |
| other answers | neither 2xx nor 401 nor 503 with `Retry-After`. **Must be 0** |
| wrongly refused | 401 for a token that nobody had tried to end. **Must be 0** |
| 503 | nobody could say. **Must be 0** where the database was left alone |
| no answer | the connection broke: of the worker that was killed, or the host that was started anew |
| longest | seconds from an answer to the last accepted request with the same token |

A row counts only if the fault was seen to happen, if clients logged in, called, logged out and used what had ended with success **while** it was broken, if each
worker of both hosts was among those who answered about ended tokens, and if in the end each host has said of each of them
whether it accepts it. The command fails otherwise.

"""

FOOT = """
The tables are written by `{command}`; `--long` is the form with 10,000 revocations for each store, and
`--database` chooses between PostgreSQL and MariaDB. `tox -e consistency` runs the one that fits into a test. Clients, servers and hosts shared {cores} cores, with {versions}.

The harness is seen to fail. Against a store that trusts its cache it counts tokens accepted late, and against one that
keeps what was revoked in the cache alone, tokens lost: `tests/consistency/test_consistency.py`.
"""

COLUMNS = (
    "fault",
    "requests",
    "revocations",
    "accepted late",
    "lost",
    "other answers",
    "wrongly refused",
    "503",
    "no answer",
    "longest",
)

PACKAGES = ("django", "djangorestframework", "gunicorn", "redis")


@dataclass(frozen=True, kw_only=True)
class Page:
    """Where the tables of one database are, and what it is called."""

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
    """One row, without the name of its store."""
    ledger = row.ledger
    numbers = [ledger.requests, len(ledger.ended), ledger.accepted, row.lost]
    numbers += [ledger.odd.total(), ledger.refused, ledger.unavailable, ledger.unanswered]
    return cells(row.fault, *(f"{number:,}" for number in numbers), f"{ledger.longest:.3f}")


def cells(*texts):
    return f"| {' | '.join(texts)} |"


def chapter(name, bound, rows):
    """The table of one store."""
    total = sum(len(row.ledger.ended) for row in rows)
    head = [f"## {name}", "", f"The bound is {bound:g} seconds; {total:,} revocations.", ""]
    rule = "|---|" + "---:|" * (len(COLUMNS) - 1)
    return "\n".join([*head, cells(*COLUMNS), rule, *map(line, rows), ""])


def problems(row):
    """What must not have been, in words; and what must have been and was not."""
    ledger = row.ledger
    found = {
        "accepted late": ledger.accepted,
        "lost": row.lost,
        "wrongly refused": ledger.refused,
        "503 though the database was left alone": row.fault in HARMLESS and ledger.unavailable,
        **ledger.odd,
        **shortcomings(row),
    }
    return {what: number for what, number in found.items() if number}


def shortcomings(row):
    """Why the row would show nothing, had nothing gone wrong in it."""
    ledger = row.ledger
    return {
        **{f"nobody {deed}": not ledger.deeds[deed] for deed in DEEDS},
        "silent workers": len(ledger.silent),
        "revocations missing": max(0, row.wanted - len(ledger.ended)),
        "unsettled": ledger.unsettled,
    }
