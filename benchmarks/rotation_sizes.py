"""The rows that rotation leaves, and what a refresh writes to the log of PostgreSQL."""

from __future__ import annotations

import random
import time
import uuid
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.rows import in_batches
from token_revocation.contrib.simplejwt.tokens import new_session_id
from token_revocation.models import UNPUBLISHED, Reason, RevokedToken
from token_revocation.sessions._records import session_columns
from token_revocation.sessions._rotation import rotate_session
from token_revocation.sessions.models import TokenSession, UserAgent
from token_revocation.tokens import Subject, TokenRef, name_key

REFRESHES = 20
USER_AGENTS = 50
WAL_SAMPLES = 31
LIFETIME = timedelta(days=14)


def fill(options: Namespace) -> dict[str, Any]:
    """Insert sessions as logins do, and as many used tokens; return their sizes."""
    agents = [UserAgent(id=uuid.uuid4(), text=f"agent {n}") for n in range(USER_AGENTS)]
    UserAgent.objects.bulk_create(agents)
    in_batches(TokenSession, (session(agents, options.rows) for _ in range(options.rows)))
    in_batches(RevokedToken, (used_token(options.rows) for _ in range(options.rows)))
    if connection.vendor != "postgresql":
        return {}
    return {
        "bytes of a session with its indexes, as inserted": bytes_of_row(TokenSession),
        "bytes of a used token with its indexes": bytes_of_row(RevokedToken),
    }


def session(agents: list[UserAgent], rows: int) -> TokenSession:
    token = new_token(new_session_id(), rows)
    address = f"10.{random.getrandbits(8)}.{random.getrandbits(8)}.{random.getrandbits(8)}"
    agent = random.choice(agents)
    return TokenSession(**session_columns(token), user_agent=agent, ip_address=address)


def new_token(session_id: uuid.UUID, rows: int) -> TokenRef:
    now = timezone.now()
    user = random.randrange(1, rows)
    return TokenRef(
        kind="simplejwt",
        identifier=uuid.uuid4().hex,
        issuer="",
        subjects=(Subject.user(user), Subject.session(str(session_id))),
        issued_at=now,
        expires_at=now + LIFETIME,
    )


def used_token(rows: int) -> RevokedToken:
    token = new_token(uuid.uuid4(), rows)
    return RevokedToken(
        key=token.key,
        kind=token.kind,
        identifier=token.identifier,
        user_ref=token.subjects[0].id,
        issued_at=token.issued_at,
        expires_at=token.expires_at,
        reason=Reason.ROTATED,
        revision=UNPUBLISHED,
    )


def update_sample(options: Namespace) -> dict[str, Any]:
    """Refresh some sessions, 20 times each; return what that leaves."""
    execute("VACUUM ANALYZE token_sessions_tokensession")
    execute("SET synchronous_commit = off")
    before, hot_before = updates()
    rows = TokenSession.objects.order_by("current_key")[: options.sample]
    tokens = [_token_of(row) for row in rows]
    for _ in range(REFRESHES):
        tokens = [rotated(token) for token in random.sample(tokens, len(tokens))]
    connection.close()  # The server reports the statistics of a connection at its end.
    time.sleep(2)
    after, hot_after = updates()
    return {
        "updates by refreshes": after - before,
        "of which HOT": f"{(hot_after - hot_before) / (after - before):.2%}",
        "bytes of a session with its indexes, after them": bytes_of_row(TokenSession),
    }


def _token_of(row: TokenSession) -> TokenRef:
    """Return a token with the key that the row has as its current one."""
    token = replace(row.ref, identifier="current")
    vars(token)["key"] = row.current_key
    return token


def rotated(token: TokenRef) -> TokenRef:
    successor = replace(token, identifier=name_key("successor", token.key.hex).hex)
    if rotate_session(token, successor) is None:
        raise AssertionError(token)
    return successor


def wal(refreshes: Any) -> float:
    """Return the median bytes of WAL of a refresh; other work on the server adds to single ones."""
    return median(_wal_of_refreshes(refreshes))


def _wal_of_refreshes(refreshes: Any) -> Iterator[float]:
    for _ in range(WAL_SAMPLES):
        before = execute("SELECT pg_current_wal_insert_lsn()")
        refreshes.refresh()
        yield float(execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s)", before))


def bytes_of_row(model: Any) -> int:
    table = model._meta.db_table
    total: int = execute("SELECT pg_total_relation_size(%s)", table)
    return round(total / model.objects.count())


def updates() -> tuple[int, int]:
    """Return the updates of sessions, and those of them that were HOT."""
    sql = "SELECT {} FROM pg_stat_user_tables WHERE relname = 'token_sessions_tokensession'"
    return execute(sql.format("n_tup_upd")), execute(sql.format("n_tup_hot_upd"))


def execute(sql: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0] if cursor.description else None
