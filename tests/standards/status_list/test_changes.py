"""Looking again is cheap while nothing has changed, and misses nothing that has."""

from __future__ import annotations

from datetime import timedelta

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.queries import queries_of  # noqa: E402
from tests.standards.status_list.test_withdrawing import ENDINGS  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.models import RevokedToken  # noqa: E402
from token_revocation.standards.status_list import documents  # noqa: E402
from token_revocation.standards.status_list.issuing import status_claim  # noqa: E402
from token_revocation.stores.snapshot.numbering import number  # noqa: E402
from token_revocation.testing.databases import failing_database  # noqa: E402

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


@pytest.fixture
def _settled(look, make):
    """A revocation was seen and numbered, and then nothing more happened."""
    services.revoke(make())
    look()
    look()


@pytest.mark.usefixtures("_settled")
def test_a_list_where_nothing_has_changed_costs_one_small_query(look):
    (sql,) = queries_of(look)
    assert "listedtoken" not in sql


@pytest.mark.usefixtures("_settled")
@pytest.mark.parametrize("end", ENDINGS)
def test_whatever_ends_a_token_is_seen_at_the_next_look(look, token, end):
    ENDINGS[end](token)
    assert look() == 1


@pytest.mark.usefixtures("_settled")
def test_so_is_what_another_process_has_numbered_meanwhile(look, token):
    services.revoke(token)
    number(connection.alias)
    assert look() == 1


@pytest.mark.usefixtures("_settled")
def test_so_is_a_token_that_was_ended_before_it_got_its_place(look, make):
    services.revoke_everyone()
    assert look() == 1
    look()
    late = status_claim(make(issued_at=timezone.now() - timedelta(minutes=1)))["status_list"]
    assert look(late) == 1


@pytest.mark.usefixtures("_settled")
def test_what_cannot_be_numbered_is_seen_all_the_same(look, token):
    services.revoke(token)
    with failing_database("UPDATE", "bookkeeping"):
        assert look() == 1
        services.restore(RevokedToken.objects.get(key=token.key))
        assert look() == 0


@pytest.mark.usefixtures("_settled")
def test_a_revocation_that_is_deleted_is_seen_within_a_minute(look, token, monkeypatch):
    services.revoke(token)
    ended = look(), look()
    services.restore(RevokedToken.objects.get(key=token.key))
    assert (*ended, look()) == (1, 1, 1)
    monkeypatch.setattr(documents, "REREAD", 0)
    assert look() == 0
