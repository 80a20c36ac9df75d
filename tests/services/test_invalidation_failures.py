from __future__ import annotations

import pytest
from django.db import transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.stores.database import DatabaseStore
from token_revocation.testing import make_token


class InvalidationError(Exception):
    """An exception that a store must not raise."""


class RaisingStore(DatabaseStore):
    def invalidate(self, keys, not_before=None):
        if not transaction.get_connection().in_atomic_block:
            raise InvalidationError


@pytest.mark.trap("T12")
@pytest.mark.django_db(transaction=True)
def test_failed_invalidation_after_commit_is_logged_and_not_raised(settings, caplog):
    """The revocation is committed, so the call returns its result."""
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.RaisingStore"}
    token = make_token()
    assert services.revoke(token) is True
    assert RevokedToken.objects.get().key == token.key
    assert any(
        record.exc_info[0] is InvalidationError for record in caplog.records if record.exc_info
    )
