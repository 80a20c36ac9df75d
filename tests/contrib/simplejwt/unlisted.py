"""Where nobody keeps outstanding tokens; run by ``test_without_blacklist.py``."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import REVOKED, answer_code, pair_of, refresh, status_of
from token_revocation import services


@pytest.mark.django_db(databases=["default", "other"])
def test_the_app_is_not_there():
    assert not apps.is_installed("rest_framework_simplejwt.token_blacklist")
    assert not hasattr(RefreshToken, "blacklist")
    call_command("check")


def test_a_refresh_token_is_good_for_one_refresh(pair, rotating):
    made = pair_of(refresh(pair.refresh))
    assert status_of(made.access) == 200
    assert answer_code(refresh(pair.refresh)) == REVOKED
    assert status_of(made.access) == refresh(made.refresh).status_code == 401


def test_no_session_is_listed_and_nothing_is_imported(client, user):
    assert client.get("/auth/tokens/").json() == []
    assert services.import_refused() == services.Import()
    services.revoke_all(user)
    assert client.get("/protected/").status_code == 401
