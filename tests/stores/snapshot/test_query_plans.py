"""The queries of a refresh read a range of an index, on every database."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from token_revocation.models import UNPUBLISHED, RevokedToken, TokenCutoff
from token_revocation.stores.snapshot import _changes
from token_revocation.stores.snapshot._reader import CHUNK_ROWS, MAX_UNNUMBERED_ROWS
from token_revocation.tokens import EVERYONE

ROWS = 100_000

# An index scan of the part of a plan, by database vendor.
READS_INDEX = {
    "postgresql": r"(?:Bitmap Index Scan on|Index Scan using) \w+_tokencutoff_revision_\w+",
    "mysql": r"token_revocation_tokencutoff (?:ref|range) \S+ \w+_revision_\w+",
    "sqlite": r"token_revocation_tokencutoff USING INDEX \w+_revision_\w+ \(",
}
READS_TABLE = r"Seq Scan on token_revocation_tokencutoff|token_revocation_tokencutoff ALL"
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN"}
ANALYZE = {"mysql": "ANALYZE TABLE", "postgresql": "ANALYZE"}


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def analyze():
    if connection.vendor in ANALYZE:
        execute(f"{ANALYZE[connection.vendor]} token_revocation_tokencutoff")


def fill():
    TokenCutoff.objects.create(key=EVERYONE.key, not_before=timezone.now())
    columns = ", ".join(
        connection.ops.quote_name(f.column) for f in TokenCutoff._meta.fields if not f.primary_key
    )
    source = f"SELECT {columns} FROM token_revocation_tokencutoff"  # noqa: S608
    for _ in range(ROWS.bit_length()):
        execute(f"INSERT INTO token_revocation_tokencutoff ({columns}) {source} LIMIT {ROWS // 2}")


@pytest.fixture
def old_statistics(transactional_db):
    """Statistics that say no row has a revision, when all rows have one."""
    fill()
    assert TokenCutoff.objects.count() >= ROWS
    analyze()
    TokenCutoff.objects.update(revision=F("pk") / 900 + 1)


def test_a_look_uses_the_index_whatever_the_statistics_say(old_statistics):
    assert_index_is_used()
    analyze()
    assert_index_is_used()


def assert_index_is_used():
    query = _changes._compile("default", MAX_UNNUMBERED_ROWS + 1)
    plan = explain(query.sql, query._replace_params([5, 7], connection))
    # For the rows without a revision, and for those of new revisions.
    assert len(re.findall(READS_INDEX[connection.vendor], plan)) == 2, plan
    assert not re.search(READS_TABLE, plan), plan


def explain(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(f"{EXPLAIN.get(connection.vendor, 'EXPLAIN')} {sql}", params)
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())


def test_both_tables_have_the_index():
    assert all(t._meta.get_field("revision").db_index for t in (RevokedToken, TokenCutoff))


def test_a_load_reads_no_rows_of_rotated_tokens(transactional_db):
    fill()
    TokenCutoff.objects.update(revision=UNPUBLISHED)
    published = TokenCutoff.objects.order_by("pk").values("pk")[:: ROWS // 10]
    TokenCutoff.objects.filter(pk__in=[row["pk"] for row in published]).update(revision=1)
    analyze()
    rows = TokenCutoff.objects.published()
    for query in (rows[:CHUNK_ROWS], rows.filter(revision=1)):
        plan = query.values_list("revision", "key").explain()
        assert "_revision_" in plan, plan
        assert "Seq Scan" not in plan, plan
