from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from example_project.demo import accounts
from token_revocation import services

pytestmark = pytest.mark.django_db


def test_all_accounts_have_the_password():
    accounts.create_accounts("first")
    alice, admin = (get_user_model().objects.get(username=name) for name in ("alice", "admin"))
    assert alice.check_password("first")
    assert (alice.is_staff, admin.is_superuser) == (False, True)


@pytest.mark.parametrize(("password", "left"), [("first", 1), ("another", 0)])
def test_new_password_logs_users_out(password, left):
    accounts.create_accounts("first")
    alice = get_user_model().objects.get(username="alice")
    services.issue(alice)
    accounts.create_accounts(password)
    alice.refresh_from_db()
    assert alice.check_password(password)
    assert len(services.active_tokens(alice)) == left
