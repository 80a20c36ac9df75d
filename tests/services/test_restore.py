"""Restored tokens are accepted by every store."""

from __future__ import annotations

import pytest

from tests.signals import capture_signals
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import revocation_deleted
from token_revocation.tokens import Subject, TokenRef

TOKEN = TokenRef(kind="x", identifier="1", subjects=(Subject.session("s1"),))
STORES = ["database.DatabaseStore", "cached.CachedStore", "snapshot.SnapshotStore"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("model", [RevokedToken, TokenCutoff])
def test_restored_token_is_accepted_immediately(settings, store, model):
    settings.TOKEN_REVOCATION = {"STORE": f"token_revocation.stores.{store}"}
    services.revoke(TOKEN) if model is RevokedToken else services.revoke_session("s1")
    assert services.is_revoked(TOKEN)

    assert services.restore(model.objects.get())

    assert not services.is_revoked(TOKEN)


@pytest.mark.django_db(transaction=True)
def test_signal_and_log_contain_restoring_user(user, caplog):
    services.revoke(TOKEN)
    row = RevokedToken.objects.get()
    with caplog.at_level("WARNING"), capture_signals(revocation_deleted) as signals:
        assert services.restore(row, restored_by=user)
        assert not services.restore(row, restored_by=user)

    (once,) = signals
    assert (once["revocation"], once["restored_by"], once["using"]) == (row, user, "default")
    assert caplog.messages == [f"authz_admin:{user.pk},revocation_deleted/{TOKEN.fingerprint}"]


def test_restoring_user_may_be_absent(db, django_capture_on_commit_callbacks, caplog):
    services.revoke(TOKEN)
    with caplog.at_level("WARNING"), django_capture_on_commit_callbacks(execute=True):
        services.restore(RevokedToken.objects.get())
    assert caplog.messages == [f"authz_admin:,revocation_deleted/{TOKEN.fingerprint}"]
