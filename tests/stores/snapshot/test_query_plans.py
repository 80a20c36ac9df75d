"""The queries of a refresh read a range of an index, on every database."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from token_revocation.models import UNPUBLISHED, RevokedToken, TokenCutoff
from token_revocation.stores.snapshot._reader import CHUNK_ROWS, MAX_UNNUMBERED_ROWS
from token_revocation.tokens import EVERYONE

ROWS = 100_000

# The plan of an index scan, by database vendor.
READS_INDEX = {
    "postgresql": r"^Limit .*\n +-> +Index Scan using \w+_revision_\w+ |^(Bitmap|Index) .*_revision_",
    "mysql": r"^1 SIMPLE token_revocation_tokencutoff (ref|range) \S+ \w+_revision_\w+ ",
    "sqlite": r"USING INDEX \w+_revision_\w+ \(",
}
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


def test_both_queries_use_the_index_whatever_the_statistics_say(old_statistics):
    assert_index_is_used()
    analyze()
    assert_index_is_used()


def assert_index_is_used():
    rows = TokenCutoff.objects
    for query in (rows.unnumbered()[: MAX_UNNUMBERED_ROWS + 1], rows.numbered(5, 7)):
        plan = query.values_list("pk", "key").explain()
        assert re.search(READS_INDEX[connection.vendor], plan), plan


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
