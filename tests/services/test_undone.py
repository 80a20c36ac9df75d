"""A transaction that the database undoes so that others get on is begun again, within a bound."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction

from tests.hearing import hearing
from tests.undoing import Undoing, deadlock, deadlock_on_postgresql
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.services.recording import record
from token_revocation.services.transactions import TIMES
from token_revocation.signals import token_revoked
from token_revocation.testing import make_token

ERRORS = [deadlock, deadlock_on_postgresql]


@pytest.fixture
def told():
    with hearing(token_revoked, name="token") as told:
        yield told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make_error", ERRORS)
def test_it_is_begun_again_and_told_of_once(make_error, told):
    token = make_token()
    undoing = Undoing(TIMES - 1, make_error())
    with connection.execute_wrapper(undoing):
        assert services.revoke(token)
    assert undoing.begun == TIMES
    assert told == [token]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "begun"), [(deadlock(), TIMES), (OperationalError("disk full"), 1)]
)
def test_not_more_often_than_that_and_not_for_every_error(error, begun):
    undoing = Undoing(TIMES, error)
    with pytest.raises(RevocationUnavailable), connection.execute_wrapper(undoing):
        services.log_out(make_token())
    assert undoing.begun == begun
    assert not RevokedToken.objects.exists()


@pytest.mark.django_db
def test_what_a_caller_has_begun_is_not_begun_again():
    undoing = Undoing(1, deadlock())
    with (
        pytest.raises(RevocationUnavailable),
        transaction.atomic(),
        connection.execute_wrapper(undoing),
    ):
        services.revoke(make_token())
    assert undoing.begun == 1


@pytest.mark.django_db
def test_who_says_second_that_a_token_was_revoked_on_purpose_changes_nothing():
    """The first says it between the look and the write of the second."""
    token = make_token()
    record([token], connection.alias, {"reason": Reason.ROTATED})

    def overtake(execute, sql, *args):
        found = execute(sql, *args)
        if sql.startswith("SELECT"):
            RevokedToken.objects.update(reason="first")
        return found

    with connection.execute_wrapper(overtake):
        services.revoke(token, reason="second")
    assert RevokedToken.objects.get().reason == "first"
