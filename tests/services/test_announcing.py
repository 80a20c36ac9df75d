from __future__ import annotations

import pytest
from django.db import transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.stores.database import DatabaseStore
from token_revocation.testing import make_token


class ForgottenLine(Exception):
    """What a store must not raise."""


class CarelessStore(DatabaseStore):
    def publish(self, keys):
        if not transaction.get_connection().in_atomic_block:
            raise ForgottenLine


@pytest.mark.trap("T12")
@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_commit_is_logged_and_not_raised(settings, caplog):
    """The revocation is stored, and whoever asked for it hears that."""
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.CarelessStore"}
    token = make_token()
    assert services.revoke(token) is True
    assert RevokedToken.objects.get().key == token.key
    assert any(record.exc_info[0] is ForgottenLine for record in caplog.records if record.exc_info)
