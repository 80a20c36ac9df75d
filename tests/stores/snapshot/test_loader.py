from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.stores.snapshot.revoked_rows import insert_revoked
from token_revocation import services
from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.stores.snapshot import _loader, _reader
from token_revocation.stores.snapshot._loader import apply_changes, assign_revisions_if_needed, load
from token_revocation.stores.snapshot._reader import ReloadRequired
from token_revocation.stores.snapshot._revisions import BATCH_SIZE, assign_revision
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db


def insert_cutoffs(count):
    keys = [uuid.uuid4() for _ in range(count)]
    now = timezone.now()
    TokenCutoff.objects.bulk_create(TokenCutoff(key=key, not_before=now) for key in keys)


def revisions(table=RevokedToken):
    return list(table.objects.order_by("pk").values_list("revision", flat=True))


def test_a_snapshot_contains_rows_with_and_without_a_revision(monkeypatch):
    monkeypatch.setattr(_reader, "CHUNK_ROWS", 4)
    old = insert_revoked(9)
    assign_revision("default")
    new = insert_revoked(3)
    snapshot = load("default")
    assert all(snapshot.may_be_revoked(token) for token in old + new)
    assert not snapshot.may_be_revoked(make_token())


def test_rows_are_read_by_primary_key_without_offset(monkeypatch):
    """With OFFSET, the database would also read the rows that it skips."""
    monkeypatch.setattr(_reader, "CHUNK_ROWS", 4)
    insert_revoked(9)
    with CaptureQueriesContext(connection) as captured:
        load("default")
    assert not [query for query in captured.captured_queries if "OFFSET" in query["sql"]]


def test_a_snapshot_contains_the_latest_cutoff_of_a_subject():
    subjects = (Subject.session("s"),)
    before = make_token(subjects=subjects)
    services.revoke_session("s")
    between = make_token(subjects=subjects)
    services.revoke_session("s")
    after = make_token(subjects=subjects, issued_at=timezone.now() + timedelta(seconds=1))
    snapshot = load("default")
    assert [snapshot.may_be_revoked(t) for t in (before, between, after)] == [True, True, False]


def test_changes_are_applied_to_a_snapshot():
    snapshot = load("default")
    (first,) = insert_revoked()
    assert not snapshot.may_be_revoked(first)
    assert apply_changes(snapshot, "default") == 1
    assert snapshot.may_be_revoked(first)
    assign_revision("default")
    (second,) = insert_revoked()
    assign_revision("default")
    assert apply_changes(snapshot, "default") == 0
    assert snapshot.may_be_revoked(second)


@pytest.mark.parametrize("query_number", range(2))
def test_a_row_that_gets_its_revision_before_any_query_is_read(query_number, monkeypatch):
    """Another process assigns the revision while this one applies many changes."""
    monkeypatch.setattr(_reader, "REVISIONS_PER_CHUNK", 1)
    snapshot = load("default")
    for _ in range(2):
        insert_revoked()
        assign_revision("default")
    (token,) = insert_revoked()
    queries, done = count(), []

    def assign_first(execute, *args):
        if not done and next(queries) == query_number:
            done.append(1)
            assign_revision("default")
        return execute(*args)

    with connection.execute_wrapper(assign_first):
        apply_changes(snapshot, "default")
    assert done
    assert snapshot.may_be_revoked(token)


def test_the_age_of_a_snapshot_counts_from_the_start_of_the_read(monkeypatch):
    times = iter([10.0, 20.0])
    monkeypatch.setattr(_loader, "monotonic", lambda: next(times))
    snapshot = load("default")
    assert snapshot.as_of == 10.0
    apply_changes(snapshot, "default")
    assert snapshot.as_of == 20.0


def test_revisions_are_assigned_in_batches():
    insert_revoked(BATCH_SIZE + 1)
    insert_cutoffs(1)
    assert assign_revision("default") == BATCH_SIZE
    assert Counter(revisions()) == {1: BATCH_SIZE, None: 1}
    assert revisions(TokenCutoff) == [1]
    assert assign_revision("default") == 1
    assert Counter(revisions()) == {1: BATCH_SIZE, 2: 1}
    assert RevocationState.objects.get().revision == 2
    assert assign_revision("default") == 0


def test_revisions_are_assigned_above_a_threshold(monkeypatch):
    monkeypatch.setattr(_loader, "RENUMBER_THRESHOLD", 3)
    insert_revoked(3)
    assign_revisions_if_needed("default", unnumbered_count=3)
    assert revisions() == [None] * 3
    insert_revoked(1)
    assign_revisions_if_needed("default", unnumbered_count=4)
    assert revisions() == [1] * 4


@pytest.mark.parametrize("make", [insert_revoked, insert_cutoffs])
def test_a_backlog_gets_revisions_before_a_load(monkeypatch, make):
    monkeypatch.setattr(_reader, "MAX_UNNUMBERED_ROWS", 5)
    snapshot = load("default")
    make(BATCH_SIZE + 6)
    with pytest.raises(ReloadRequired):
        apply_changes(snapshot, "default")
    fresh = load("default")
    assert len(fresh.timestamps) == BATCH_SIZE + 6
    assert not RevokedToken.objects.unnumbered().exists()
    assert not TokenCutoff.objects.unnumbered().exists()


def test_a_backlog_that_another_process_handles_is_waited_for(monkeypatch):
    monkeypatch.setattr(_reader, "MAX_UNNUMBERED_ROWS", 5)
    monkeypatch.setattr(_loader, "assign_revision", lambda using: None)
    insert_revoked(6)
    with pytest.raises(ReloadRequired):
        load("default")


def test_too_many_revisions_require_a_reload(monkeypatch):
    snapshot = load("default")
    RevocationState.objects.update(revision=_reader.MAX_REVISIONS_BEHIND + 1)
    with pytest.raises(ReloadRequired):
        apply_changes(snapshot, "default")


def test_all_revisions_are_read_in_chunks(monkeypatch):
    monkeypatch.setattr(_reader, "REVISIONS_PER_CHUNK", 2)
    snapshot = load("default")
    tokens = []
    for _ in range(5):
        tokens += insert_revoked()
        assign_revision("default")
    apply_changes(snapshot, "default")
    assert all(snapshot.may_be_revoked(token) for token in tokens)


def test_a_lower_revision_requires_a_reload():
    insert_revoked()
    assign_revision("default")
    snapshot = load("default")
    RevocationState.objects.update(revision=0)
    with pytest.raises(ReloadRequired):
        apply_changes(snapshot, "default")


def test_a_full_map_requires_a_reload(monkeypatch):
    snapshot = load("default")
    monkeypatch.setattr(type(snapshot.timestamps), "is_full", True)
    with pytest.raises(ReloadRequired):
        apply_changes(snapshot, "default")


def test_revisions_continue_if_the_revocation_state_is_lost():
    insert_revoked()
    assign_revision("default")
    insert_revoked()
    assign_revision("default")
    RevocationState.objects.all().delete()
    insert_revoked()
    assign_revision("default")
    assert revisions() == [1, 2, 3]


def test_too_many_revisions_are_not_read():
    with pytest.raises(ReloadRequired):
        next(_reader.read_numbered("default", 0, _reader.MAX_REVISIONS_BEHIND + 1))
