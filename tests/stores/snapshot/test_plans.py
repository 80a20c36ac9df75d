"""What is asked every second reads a range of an index, on every database."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.snapshot.rows import MOST_UNNUMBERED
from token_revocation.tokens import EVERYONE

ROWS = 100_000

# What EXPLAIN says about a scan of the index, by database.
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
    """No row had a revision when the database last looked, and all have one now."""
    fill()
    assert TokenCutoff.objects.count() >= ROWS
    analyze()
    TokenCutoff.objects.update(revision=F("pk") / 900 + 1)


def test_both_readings_use_the_index_whatever_the_statistics_say(old_statistics):
    plan_of_each_reading()
    analyze()
    plan_of_each_reading()


def plan_of_each_reading():
    rows = TokenCutoff.objects
    for query in (rows.unnumbered()[: MOST_UNNUMBERED + 1], rows.numbered(5, 7)):
        plan = query.values_list("pk", "key").explain()
        assert re.search(READS_INDEX[connection.vendor], plan), plan


def test_both_tables_have_the_index():
    assert all(t._meta.get_field("revision").db_index for t in (RevokedToken, TokenCutoff))
