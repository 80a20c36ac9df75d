"""The admin over millions of rows: ``python -m benchmarks.admin``."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from statistics import median
from typing import Any

import django
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

LIST = "/admin/token_revocation/revokedtoken/"
SESSIONS = "/admin/token_sessions/tokensession/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.admin")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of revoked tokens")
    parser.add_argument("--cutoffs", type=int, default=1_000_000)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=9, help="of each page")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.admin_settings"
    django.setup()
    from benchmarks.admin_rows import fill
    from benchmarks.measure import database

    with database():
        began = time.perf_counter()
        fill(options)
        print(f"The rows were written in {since(began) / 1000:.0f} s\n")
        print("| page | queries | median | in queries |\n|---|---|---|---|")
        for line in lines(options.calls):
            print(line, flush=True)


def lines(calls: int) -> Iterator[str]:
    """Yield a row for each page, and one for the full count of Django's own list."""
    client = staff_client()
    for name, path, body in (*pages(), *cutoff_pages(), *session_pages()):
        queries, total, in_queries = timed(client, path, body, calls)
        yield f"| {name} | {queries} | {median(total):.0f} ms | {median(in_queries):.0f} ms |"
    began = time.perf_counter()
    connection.cursor().execute("SELECT count(*) FROM token_revocation_revokedtoken")
    yield f"| (a full count, which no page asks for) | 1 | {since(began):.0f} ms | |"


def staff_client() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("boss"))
    return client


def pages() -> Iterator[tuple[str, str, str]]:
    """Yield a label, a path and a search term for each page."""
    from rest_framework.authtoken.models import Token

    from token_revocation.models import RevokedToken

    row, user_id = RevokedToken.objects.latest("pk"), int(active_session().user_ref)
    holder = Token.objects.create(user_id=user_id)
    yield "list", LIST, ""
    yield "its 50th page", f"{LIST}?p=50", ""
    yield "one month", f"{LIST}?revoked_at__year={row.revoked_at:%Y&revoked_at__month=%-m}", ""
    yield "reason, one in 50", f"{LIST}?reason=admin", ""
    yield "reason, one in a million", f"{LIST}?reason=leaked", ""
    yield "in force", f"{LIST}?in_force=yes", ""
    yield "not in force", f"{LIST}?in_force=no", ""
    yield "search: part of a username", LIST, "user123"
    yield "search: email address", LIST, f"user{user_id}@example.com"
    yield "search: identifier", LIST, row.identifier
    yield "search: fingerprint", LIST, row.fingerprint
    yield "search: pasted token", LIST, holder.key
    yield "search: nothing there", LIST, "unknown"
    yield "page of a user", f"/admin/auth/user/{user_id}/change/", ""
    yield "page of a row", f"{LIST}{row.pk}/change/", ""


def cutoff_pages() -> Iterator[tuple[str, str, str]]:
    """Yield a label, a path and a search term for each page of cutoffs."""
    from token_revocation.models import TokenCutoff

    row = TokenCutoff.objects.latest("pk")
    yield "cutoffs", CUTOFFS, ""
    yield "cutoffs: reason, one in a million", f"{CUTOFFS}?reason=leaked", ""
    yield "cutoffs: of clients, none", f"{CUTOFFS}?subject_type=client", ""
    yield "cutoffs: in force", f"{CUTOFFS}?in_force=yes", ""
    yield "cutoffs: search, part of a username", CUTOFFS, "user123"
    yield "cutoffs: search, session ID", CUTOFFS, row.subject_id


def session_pages() -> Iterator[tuple[str, str, str]]:
    """Yield a label, a path and a search term for each page of sessions."""
    row = active_session()
    yield "sessions", SESSIONS, ""
    yield "sessions: their 10th page", f"{SESSIONS}?p=10", ""
    yield "sessions: active", f"{SESSIONS}?state=active", ""
    yield "sessions: expired", f"{SESSIONS}?state=expired", ""
    yield "sessions: ended", f"{SESSIONS}?state=ended", ""
    yield "sessions: reason, none", f"{SESSIONS}?end_reason=leaked", ""
    yield "sessions: kind, none", f"{SESSIONS}?kind=authtoken", ""
    yield "sessions: of a user", f"{SESSIONS}?user_ref={row.user_ref}", ""
    yield "sessions: search, part of a username", SESSIONS, "user123"
    yield "sessions: search, IP address", SESSIONS, row.ip_address
    yield "sessions: search, session ID", SESSIONS, str(row.pk)
    yield "page of a session", f"{SESSIONS}{row.pk}/change/", ""


def active_session() -> Any:
    from token_revocation.sessions.models import TokenSession

    return TokenSession.objects.open(timezone.now()).order_by("pk")[7]


def timed(client: Any, path: str, typed: str, calls: int) -> tuple[int, list[float], list[float]]:
    """Return the number of queries, and the milliseconds of each call and of its queries."""
    total, in_queries = [], []
    for _ in range(calls + 1):  # The first call loads templates.
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(path, {"q": typed}, follow=True) if typed else client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(answer)
        total.append(since(began))
        in_queries.append(sum(float(query["time"]) for query in captured) * 1000)
    return len(captured), total[1:], in_queries[1:]


def since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
