"""No row is missed when rows commit in another order than their ids."""

from __future__ import annotations

import pytest

from token_revocation.models import RevokedToken
from token_revocation.stores.snapshot._loader import apply_changes, load
from token_revocation.stores.snapshot._revisions import assign_revision
from token_revocation.testing import make_token


def insert():
    """Revoke a token in the open transaction; return it and the id of its row."""
    token = make_token()
    row = RevokedToken.objects.create(key=token.key, kind=token.kind, identifier="x")
    return token, row.pk


@pytest.fixture(params=["numbered", "unnumbered"])
def assign_or_not(request):
    """Assign a revision between two reads, or do nothing."""
    return (lambda: assign_revision("default")) if request.param == "numbered" else (lambda: None)


def test_a_lower_id_that_commits_later_is_read(second_connection, assign_or_not):
    snapshot = load("default")
    with second_connection.transaction():
        with second_connection.in_use():
            slow, lower = insert()
        fast, higher = insert()
        assert lower < higher
        assign_or_not()
        apply_changes(snapshot, "default")
        assign_or_not()
        apply_changes(snapshot, "default")
        assert snapshot.may_be_revoked(fast)
        assert not snapshot.may_be_revoked(slow)
    apply_changes(snapshot, "default")
    assert snapshot.may_be_revoked(slow)


def test_a_row_that_commits_during_a_load_is_read(second_connection, assign_or_not, monkeypatch):
    monkeypatch.setattr("token_revocation.stores.snapshot._reader.CHUNK_ROWS", 1)
    seen = []
    with second_connection.transaction():
        with second_connection.in_use():
            slow, _ = insert()
        rest = [insert()[0] for _ in range(3)]
        assign_revision("default")  # Only rows that have one are read in batches.

        def on_batch():
            assign_or_not()
            if not seen:
                second_connection.connection.commit()
            seen.append(1)

        snapshot = load("default", on_batch)
    assert all(snapshot.may_be_revoked(token) for token in [slow, *rest])


def test_assigning_a_revision_does_not_wait_for_an_open_transaction(second_connection):
    insert()
    with second_connection.transaction():
        with second_connection.in_use():
            insert()
        insert()
        assert assign_revision("default") == 2
    assert assign_revision("default") == 1


def test_an_insert_does_not_wait_for_an_open_revision(second_connection):
    insert()
    with second_connection.transaction():
        with second_connection.in_use():
            assert assign_revision("default") == 1
        insert()
    assert assign_revision("default") == 1


def test_a_second_process_does_not_wait_to_assign_a_revision(second_connection):
    insert()
    with second_connection.transaction():
        with second_connection.in_use():
            assert assign_revision("default") == 1
        assert assign_revision("default") is None


def test_a_row_keeps_its_revision(second_connection):
    insert()
    with second_connection.in_use():
        assert assign_revision("default") == 1
    insert()
    assert assign_revision("default") == 1
    assert list(RevokedToken.objects.order_by("pk").values_list("revision", flat=True)) == [1, 2]
