from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.stores.snapshot.revocations import revoked
from token_revocation import services
from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff
from token_revocation.stores.snapshot import loading, rows
from token_revocation.stores.snapshot.loading import catch_up, load, number_some
from token_revocation.stores.snapshot.numbering import BATCH, number
from token_revocation.stores.snapshot.rows import Behind
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db


def cut_off(count):
    keys = [uuid.uuid4() for _ in range(count)]
    now = timezone.now()
    TokenCutoff.objects.bulk_create(TokenCutoff(key=key, not_before=now) for key in keys)


def numbers(table=RevokedToken):
    return list(table.objects.order_by("pk").values_list("revision", flat=True))


def test_a_snapshot_holds_what_is_committed_numbered_or_not(monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 4)
    old = revoked(9)
    number("default")
    new = revoked(3)
    snapshot = load("default")
    assert all(snapshot.may_end(token) for token in old + new)
    assert not snapshot.may_end(make_token())


def test_everything_is_read_by_key_and_no_row_is_skipped_over(monkeypatch):
    """An OFFSET reads what it skips: a million rows would be read a hundred times."""
    monkeypatch.setattr(rows, "CHUNK", 4)
    revoked(9)
    with CaptureQueriesContext(connection) as asked:
        load("default")
    assert not [query for query in asked.captured_queries if "OFFSET" in query["sql"]]


def test_it_holds_the_latest_cutoff_of_a_subject():
    subjects = (Subject.session("s"),)
    before = make_token(subjects=subjects)
    services.revoke_session("s")
    between = make_token(subjects=subjects)
    services.revoke_session("s")
    after = make_token(subjects=subjects, issued_at=timezone.now() + timedelta(seconds=1))
    snapshot = load("default")
    assert [snapshot.may_end(t) for t in (before, between, after)] == [True, True, False]


def test_it_is_carried_on_by_what_was_committed_since():
    snapshot = load("default")
    (first,) = revoked()
    assert not snapshot.may_end(first)
    assert catch_up(snapshot, "default") == 1
    assert snapshot.may_end(first)
    number("default")
    (second,) = revoked()
    number("default")
    assert catch_up(snapshot, "default") == 0
    assert snapshot.may_end(second)


@pytest.mark.parametrize("question", range(3))
def test_a_row_that_is_numbered_before_any_question_is_seen(question):
    """By another process, while this one catches up: no order of the two may lose it."""
    snapshot = load("default")
    (token,) = revoked()
    questions, done = count(), []

    def overtaken(execute, *args):
        if not done and next(questions) == question:
            done.append(1)
            number("default")
        return execute(*args)

    with connection.execute_wrapper(overtaken):
        catch_up(snapshot, "default")
    assert done
    assert snapshot.may_end(token)


def test_the_age_of_a_snapshot_counts_from_before_it_was_read(monkeypatch):
    times = iter([10.0, 20.0])
    monkeypatch.setattr(loading, "elapsed", lambda: next(times))
    snapshot = load("default")
    assert snapshot.began == 10.0
    catch_up(snapshot, "default")
    assert snapshot.began == 20.0


def test_rows_get_a_revision_by_the_batch():
    revoked(BATCH + 1)
    cut_off(1)
    assert number("default") == BATCH
    assert Counter(numbers()) == {1: BATCH, None: 1}
    assert numbers(TokenCutoff) == [1]
    assert number("default") == 1
    assert Counter(numbers()) == {1: BATCH, 2: 1}
    assert Bookkeeping.objects.get().revision == 2
    assert number("default") == 0


def test_few_rows_are_left_without_a_revision(monkeypatch):
    monkeypatch.setattr(loading, "FEW", 3)
    revoked(3)
    number_some("default", waiting=3)
    assert numbers() == [None] * 3
    revoked(1)
    number_some("default", waiting=4)
    assert numbers() == [1] * 4


@pytest.mark.parametrize("make", [revoked, cut_off])
def test_a_backlog_is_numbered_before_everything_is_loaded(monkeypatch, make):
    monkeypatch.setattr(rows, "MOST_UNNUMBERED", 5)
    snapshot = load("default")
    make(BATCH + 6)
    with pytest.raises(Behind):
        catch_up(snapshot, "default")
    fresh = load("default")
    assert len(fresh.moments) == BATCH + 6
    assert not RevokedToken.objects.unnumbered().exists()
    assert not TokenCutoff.objects.unnumbered().exists()


def test_a_backlog_that_somebody_else_numbers_is_waited_for(monkeypatch):
    monkeypatch.setattr(rows, "MOST_UNNUMBERED", 5)
    monkeypatch.setattr(loading, "number", lambda using: None)
    revoked(6)
    with pytest.raises(Behind):
        load("default")


def test_more_revisions_than_are_worth_reading_one_by_one_are_not(monkeypatch):
    snapshot = load("default")
    Bookkeeping.objects.update(revision=rows.MOST_REVISIONS + 1)
    with pytest.raises(Behind):
        catch_up(snapshot, "default")


def test_all_revisions_between_are_read(monkeypatch):
    monkeypatch.setattr(rows, "REVISIONS", 2)
    snapshot = load("default")
    tokens = []
    for _ in range(5):
        tokens += revoked()
        number("default")
    catch_up(snapshot, "default")
    assert all(snapshot.may_end(token) for token in tokens)


def test_a_database_that_went_back_in_time_is_noticed():
    revoked()
    number("default")
    snapshot = load("default")
    Bookkeeping.objects.update(revision=0)
    with pytest.raises(Behind):
        catch_up(snapshot, "default")


def test_a_table_that_gets_crowded_is_noticed(monkeypatch):
    snapshot = load("default")
    monkeypatch.setattr(type(snapshot.moments), "is_crowded", True)
    with pytest.raises(Behind):
        catch_up(snapshot, "default")


def test_revisions_go_on_where_they_were_if_the_bookkeeping_is_lost():
    revoked()
    number("default")
    revoked()
    number("default")
    Bookkeeping.objects.all().delete()
    revoked()
    number("default")
    assert numbers() == [1, 2, 3]


def test_catching_up_with_nothing_new_is_three_queries(django_assert_num_queries):
    revoked(2)
    number("default")
    snapshot = load("default")
    with django_assert_num_queries(3):
        catch_up(snapshot, "default")
