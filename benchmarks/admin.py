"""The admin over millions of rows, on PostgreSQL: ``python -m benchmarks.admin --rows 5000000``."""

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
USERS = 200_000

# Half a year of revocations, most of them logouts; one in a million was leaked.
FILL = """
INSERT INTO token_revocation_revokedtoken
    (key, kind, identifier, user_id, user_ref, revoked_at, expires_at, reason, note)
SELECT md5(n::text)::uuid, 'authtoken', md5(n::text) || md5('again' || n), 1 + n %% %(users)s,
    1 + n %% %(users)s, now() - (%(rows)s - n) * interval '180 days' / %(rows)s,
    now() + interval '14 days' - n %% 30 * interval '1 day',
    CASE WHEN n %% 1000000 = 7 THEN 'leaked' WHEN n %% 50 = 0 THEN 'admin' ELSE 'logout' END, ''
FROM generate_series(1, %(rows)s) AS n
"""
PEOPLE = """
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
    """Made by the database itself."""
    known = {"rows": rows, "users": USERS}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, known)
        cursor.execute(FILL, known)
        cursor.execute("SELECT setval('auth_user_id_seq', %(users)s)", known)
    connection.connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")


def lines(calls: int) -> Iterator[str]:
    """A row for each page, and one for what Django's own list would ask."""
    client = staff()
    for name, path, body in pages():
        queries, seconds = timed(client, path, body, calls)
        slowest = max(seconds)
        yield f"| {name} | {queries} | {median(seconds):.0f} ms | {slowest:.0f} ms |"
    began = time.perf_counter()
    connection.cursor().execute("SELECT count(*) FROM token_revocation_revokedtoken")
    yield f"| (a full count, which no page asks for) | 1 | {since(began):.0f} ms | |"


def staff() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("boss"))
    return client


def pages() -> Iterator[tuple[str, str, str]]:
    """What a person calls it, its path, and what was typed into the search box."""
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
    yield "search: part of a user name", LIST, "user123"
    yield "search: e-mail address", LIST, "user77@example.com"
    yield "search: identifier", LIST, row.identifier
    yield "search: fingerprint", LIST, row.fingerprint
    yield "search: pasted token", LIST, holder.key
    yield "search: nothing there", LIST, "nobody knows"
    yield "page of a user", "/admin/auth/user/77/change/", ""
    yield "page of a row", f"{LIST}{row.pk}/change/", ""


def timed(client: Any, path: str, typed: str, calls: int) -> tuple[int, list[float]]:
    """How many queries a page takes, and milliseconds of each call; the first is not counted."""
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
