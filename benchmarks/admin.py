"""The admin over millions of rows: ``python -m benchmarks.admin --rows 5000000``."""

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

LIST = "/admin/token_revocation/revokedtoken/"
SESSIONS = "/admin/token_sessions/tokensession/"
USERS = 200_000

# Half a year of revocations: most are logouts, one in a million was leaked.
INSERT_REVOCATIONS = """
INSERT INTO token_revocation_revokedtoken
    (key, kind, identifier, user_id, user_ref, revoked_at, expires_at, is_expiry_assumed, reason, note)
SELECT md5(n::text)::uuid, 'authtoken', md5(n::text) || md5('again' || n), 1 + n %% %(users)s,
    1 + n %% %(users)s, now() - (%(rows)s - n) * interval '180 days' / %(rows)s,
    now() + interval '14 days' - n %% 30 * interval '1 day', false,
    CASE WHEN n %% 1000000 = 7 THEN 'leaked' WHEN n %% 50 = 0 THEN 'admin' ELSE 'logout' END, ''
FROM generate_series(1, %(rows)s) AS n
"""
# Logins of 20 days, for 14 days each. One in ten has logged out, one in 20 never expires.
INSERT_USER_AGENTS = """
INSERT INTO token_sessions_useragent (id, text)
SELECT md5(n::text)::uuid,
    'Mozilla/5.0 (X11; Linux x86_64; rv:' || n || '.0) Gecko/20100101 Firefox/' || n || '.0'
FROM generate_series(0, 299) AS n
"""
INSERT_SESSIONS = """
INSERT INTO token_sessions_tokensession
    (id, created_at, last_used_at, expires_at, purge_after, ended_at, current_key, user_agent_id,
     kind, user_ref, client_id, name, ip_address, session_id, end_reason)
SELECT md5('session' || n)::uuid, began, began, expiry, coalesce(ended, expiry), ended,
    md5('key' || n)::uuid, md5((n %% 300)::text)::uuid,
    CASE WHEN n %% 5 = 0 THEN 'knox' ELSE 'simplejwt' END, 1 + n %% %(users)s, '', '',
    '10.0.0.0'::inet + n, '', CASE WHEN ended IS NULL THEN '' ELSE 'logout' END
FROM (
    SELECT n, began, CASE WHEN n %% 20 <> 1 THEN began + interval '14 days' END AS expiry,
        CASE WHEN n %% 10 = 0 THEN began + interval '1 hour' END AS ended
    FROM (
        SELECT n, now() - (n %% 1000 * 7717) %% 1000 * interval '20 days' / 1000 AS began
        FROM generate_series(1, %(rows)s / 5) AS n
    ) AS logins
) AS sessions
"""
INSERT_USERS = """
INSERT INTO auth_user (id, username, email, password, first_name, last_name,
    is_staff, is_active, is_superuser, date_joined)
SELECT n, 'user' || n, 'user' || n || '@example.com', '', '', '', false, true, false, now()
FROM generate_series(1, %(users)s) AS n
"""


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.admin")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--calls", type=int, default=9, help="of each page")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.admin_settings"
    django.setup()
    from benchmarks.measure import database

    with database():
        began = time.perf_counter()
        fill(options.rows)
        print(f"{options.rows:,} rows were written in {since(began) / 1000:.0f} s\n")
        print("| page | queries | median | longest |\n|---|---|---|---|")
        for line in lines(options.calls):
            print(line, flush=True)


def fill(rows: int) -> None:
    """Let the database generate the rows."""
    known = {"rows": rows, "users": USERS}
    with connection.cursor() as cursor:
        cursor.execute(INSERT_USERS, known)
        cursor.execute(INSERT_REVOCATIONS, known)
        cursor.execute(INSERT_USER_AGENTS)
        cursor.execute(INSERT_SESSIONS, known)
        cursor.execute("SELECT setval('auth_user_id_seq', %(users)s)", known)
    connection.connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")


def lines(calls: int) -> Iterator[str]:
    """Yield a row for each page, and one for the full count of Django's own list."""
    client = staff_client()
    for name, path, body in (*pages(), *session_pages()):
        queries, seconds = timed(client, path, body, calls)
        slowest = max(seconds)
        yield f"| {name} | {queries} | {median(seconds):.0f} ms | {slowest:.0f} ms |"
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

    row = RevokedToken.objects.latest("pk")
    holder = Token.objects.create(user_id=77)
    yield "list", LIST, ""
    yield "its 50th page", f"{LIST}?p=50", ""
    yield "one month", f"{LIST}?revoked_at__year={row.revoked_at:%Y&revoked_at__month=%-m}", ""
    yield "reason, one in 50", f"{LIST}?reason=admin", ""
    yield "reason, one in a million", f"{LIST}?reason=leaked", ""
    yield "in force", f"{LIST}?in_force=yes", ""
    yield "not in force", f"{LIST}?in_force=no", ""
    yield "search: part of a username", LIST, "user123"
    yield "search: email address", LIST, "user77@example.com"
    yield "search: identifier", LIST, row.identifier
    yield "search: fingerprint", LIST, row.fingerprint
    yield "search: pasted token", LIST, holder.key
    yield "search: nothing there", LIST, "unknown"
    yield "page of a user", "/admin/auth/user/77/change/", ""
    yield "page of a row", f"{LIST}{row.pk}/change/", ""


def session_pages() -> Iterator[tuple[str, str, str]]:
    """Yield a label, a path and a search term for each page of sessions."""
    from token_revocation.sessions.models import TokenSession

    row = TokenSession.objects.order_by("pk")[7]
    yield "sessions", SESSIONS, ""
    yield "sessions: their 20th page", f"{SESSIONS}?p=20", ""
    yield "sessions: active", f"{SESSIONS}?state=active", ""
    yield "sessions: expired", f"{SESSIONS}?state=expired", ""
    yield "sessions: ended", f"{SESSIONS}?state=ended", ""
    yield "sessions: reason, none", f"{SESSIONS}?end_reason=leaked", ""
    yield "sessions: of a user", f"{SESSIONS}?user_ref={row.user_ref}", ""
    yield "sessions: search, part of a username", SESSIONS, "user123"
    yield "sessions: search, IP address", SESSIONS, row.ip_address
    yield "sessions: search, session ID", SESSIONS, str(row.pk)
    yield "page of a session", f"{SESSIONS}{row.pk}/change/", ""


def timed(client: Any, path: str, typed: str, calls: int) -> tuple[int, list[float]]:
    """Return the number of queries and the milliseconds of each call after the first."""
    found = []
    for _ in range(calls + 1):
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(path, {"q": typed}, follow=True) if typed else client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(answer)
        found.append(since(began))
    return len(captured), found[1:]


def since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
