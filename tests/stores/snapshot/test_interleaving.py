"""Rows commit in another order than that of their ids: none is missed, on real connections."""

from __future__ import annotations

import pytest

from token_revocation.models import RevokedToken
from token_revocation.stores.snapshot.loading import catch_up, load
from token_revocation.stores.snapshot.numbering import number
from token_revocation.testing import make_token


def insert():
    """A token that is revoked in the transaction that is open, and the id of its row."""
    token = make_token()
    row = RevokedToken.objects.create(key=token.key, kind=token.kind, identifier="x")
    return token, row.pk


@pytest.fixture(params=["numbered", "unnumbered"])
def move_on(request):
    """What happens between two readings, in one run of the tests and not in the other."""
    return (lambda: number("default")) if request.param == "numbered" else (lambda: None)


def test_the_lower_id_commits_last(line, move_on):
    snapshot = load("default")
    with line.transaction():
        with line.speaking():
            slow, lower = insert()
        fast, higher = insert()
        assert lower < higher
        move_on()
        catch_up(snapshot, "default")
        move_on()
        catch_up(snapshot, "default")
        assert snapshot.may_end(fast)
        assert not snapshot.may_end(slow)
    catch_up(snapshot, "default")
    assert snapshot.may_end(slow)


def test_a_row_that_commits_while_everything_is_loaded(line, move_on, monkeypatch):
    monkeypatch.setattr("token_revocation.stores.snapshot.rows.CHUNK", 1)
    seen = []
    with line.transaction():
        with line.speaking():
            slow, _ = insert()
        rest = [insert()[0] for _ in range(3)]

        def meanwhile():
            move_on()
            if not seen:
                line.connection.commit()
            seen.append(1)

        snapshot = load("default", meanwhile)
    assert all(snapshot.may_end(token) for token in [slow, *rest])


def test_numbering_does_not_wait_for_a_transaction_that_is_open(line):
    insert()
    with line.transaction():
        with line.speaking():
            insert()
        insert()
        assert number("default") == 2
    assert number("default") == 1


def test_an_insert_does_not_wait_for_a_numbering_that_is_open(line):
    insert()
    with line.transaction():
        with line.speaking():
            assert number("default") == 1
        insert()
    assert number("default") == 1


def test_one_numbers_and_the_other_does_not_wait(line):
    insert()
    with line.transaction():
        with line.speaking():
            assert number("default") == 1
        assert number("default") is None


def test_numbered_rows_are_not_numbered_again(line):
    insert()
    with line.speaking():
        assert number("default") == 1
    insert()
    assert number("default") == 1
    assert list(RevokedToken.objects.order_by("pk").values_list("revision", flat=True)) == [1, 2]
