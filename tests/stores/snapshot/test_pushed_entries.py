"""A revocation that takes effect in another store without a query."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stores.cache_servers import REDIS, running
from tests.stores.snapshot.push_receivers import Receiver, wait_until
from tests.stores.snapshot.pushes import postgres_push_options, redis_push_options
from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.stores import get_store
from token_revocation.stores.snapshot import _messages
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"

# Long, so that the snapshot is used although nothing refreshes it.
REFRESH_EVERY = 600.0

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])


@pytest.fixture(params=["redis", "postgres"])
def options(request):
    if request.param == "postgres":
        yield {"refresh_every": REFRESH_EVERY, **postgres_push_options()}
        return
    with running(*REDIS) as address:
        yield {"refresh_every": REFRESH_EVERY, **redis_push_options(address)}


@pytest.fixture
def sender(settings, options):
    """The store of this process, which the services use."""
    settings.TOKEN_REVOCATION = {
        "STORE": SNAPSHOT,
        "STORE_OPTIONS": {"background": False, **options},
    }
    return get_store()


@pytest.fixture
def receiver(sender, options):
    receiver = Receiver(**options)
    yield receiver
    receiver.close()


def test_a_revoked_token_causes_no_query(receiver):
    token, other = make_token(), make_token()
    as_of = receiver.store._get_manager().get_snapshot().as_of
    services.revoke(token)
    assert receiver.learns(token)
    assert receiver.store.is_revoked(token)
    assert not receiver.knows(other)
    assert not receiver.must_read_database
    # The bound is that of the last read.
    assert receiver.store._get_manager().get_snapshot().as_of == as_of


def test_a_cutoff_affects_earlier_tokens_only(receiver):
    session = Subject.session("pushed")
    cutoff = services.revoke_session(session.id).not_before
    before = make_token(subjects=(session,), issued_at=cutoff - timedelta(seconds=1))
    after = make_token(subjects=(session,), issued_at=cutoff + timedelta(seconds=1))
    assert receiver.learns(before)
    assert not receiver.knows(after)
    assert not receiver.must_read_database


def test_a_restored_token_is_accepted(receiver):
    token = make_token()
    services.revoke(token)
    assert receiver.learns(token)
    services.restore(RevokedToken.objects.get(key=token.key))
    assert not receiver.store.is_revoked(token)
    assert not receiver.must_read_database


def test_a_bulk_revocation_makes_the_receiver_read_the_database(receiver):
    tokens = [make_token() for _ in range(_messages.MAX_ENTRIES + 1)]
    services.revoke_many(tokens)
    assert wait_until(lambda: receiver.must_read_database)
    assert not receiver.knows(tokens[0])
    receiver.store.refresh()
    assert all(receiver.knows(token) for token in tokens)


def test_entries_of_an_unknown_tenant_affect_all_tenants(receiver, monkeypatch):
    token = make_token()
    with monkeypatch.context() as patch:
        patch.setattr("token_revocation.stores.snapshot.store.current_scope", lambda using: None)
        services.revoke(token)
    assert receiver.learns(token)
    assert not receiver.must_read_database


def test_an_invalid_message_makes_the_receiver_read_the_database(receiver, sender):
    token = make_token()
    sender._get_refresher("default").notifications.send("garbage")
    assert wait_until(lambda: receiver.must_read_database)
    assert not receiver.knows(token)


def test_other_tenants_are_not_affected(receiver, settings):
    ours, theirs = make_token(), make_token()
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "TENANT": f"{__name__}.other_tenant"}
    services.revoke(theirs)
    del settings.TOKEN_REVOCATION["TENANT"]
    services.revoke(ours)
    assert receiver.learns(ours)
    assert not receiver.knows(theirs)
    assert not receiver.must_read_database


def other_tenant():
    return "other"


def test_other_databases_are_not_affected(receiver, sender, options):
    """They share the Redis stream, and their namespaces differ."""
    other = Receiver(using="other", **shared_stream(options))
    first = Receiver(**shared_stream(options))
    token, end = make_token(), make_token()
    try:
        other.store.invalidate([token.key])
        first.store.invalidate([end.key])
        other_end = make_token()
        other.store.invalidate([other_end.key])
        assert first.learns(end)
        assert not first.knows(token)
        assert other.learns(other_end)
        assert other.knows(token)
        assert not other.knows(end)
    finally:
        other.close()
        first.close()


def shared_stream(options):
    if "push_options" not in options:
        return options
    return {**options, "push_options": {**options["push_options"], "stream": "shared"}}


def test_a_process_without_a_snapshot_names_its_database(receiver, sender):
    assert sender._get_refresher("default")._name("") is None
    token = make_token()
    services.revoke(token)
    assert receiver.learns(token)
    assert not receiver.must_read_database


def test_a_process_with_a_snapshot_reads_nothing_to_send(
    receiver, options, django_assert_num_queries
):
    with django_assert_num_queries(0 if "push_options" in options else 1):  # A NOTIFY.
        receiver.store.invalidate([make_token().key])
