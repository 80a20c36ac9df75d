from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from example_project.demo import people
from token_revocation import services

pytestmark = pytest.mark.django_db


def test_who_is_there_can_log_in():
    people.settle("first")
    alice, admin = (get_user_model().objects.get(username=name) for name in ("alice", "admin"))
    assert alice.check_password("first")
    assert (alice.is_staff, admin.is_superuser) == (False, True)


@pytest.mark.parametrize(("password", "left"), [("first", 1), ("another", 0)])
def test_another_start_logs_out_only_by_another_password(password, left):
    people.settle("first")
    alice = get_user_model().objects.get(username="alice")
    services.issue(alice)
    people.settle(password)
    alice.refresh_from_db()
    assert alice.check_password(password)
    assert len(services.active_tokens(alice)) == left
