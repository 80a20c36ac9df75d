"""All stores agree with the database within their staleness bound, for random histories."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.faulty_caches import DelayedCache
from tests.stores.stopped_time import stopped_time
from token_revocation import services
from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.stores import RevocationStore, get_store
from token_revocation.stores.cached import INVALIDATED
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

DATABASE = "token_revocation.stores.database.DatabaseStore"
CACHED = "token_revocation.stores.cached.CachedStore"
SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"

CLOCKS = [
    f"token_revocation.stores.snapshot.{name}.monotonic"
    for name in ("_manager", "_loader", "_invalidations")
]

NAMES = ("1", "2")
SUBJECTS = [
    make(name) for make in (Subject.user, Subject.session, Subject.client) for name in NAMES
]

REVOKE_SUBJECT = {
    "user": lambda name: services.revoke_all(SimpleNamespace(pk=int(name))),
    "session": services.revoke_session,
    "client": services.revoke_client,
}

HOUR = timedelta(hours=1)


class StoreGroup(RevocationStore):
    """Passes invalidations to several stores; the first one does the lookups."""

    def __init__(self, *, paths):
        self.stores = [import_string(path)() for path in paths if path != SNAPSHOT]
        self.stores += [import_string(SNAPSHOT)(background=False)] * (SNAPSHOT in paths)

    def is_revoked(self, token):
        return self.stores[0].is_revoked(token)

    def invalidate(self, keys, not_before=None):
        keys = list(keys)
        for store in self.stores:
            store.invalidate(keys, not_before)


class History(RuleBasedStateMachine):
    """Random events of tokens, caches and invalidations, with lookups in between."""

    def __init__(self, time):
        super().__init__()
        self.time = time
        self.tokens, self.expected, self.changed_at = [], {}, {}
        self.database, *self.others = get_store().stores
        for table in (RevokedToken, TokenCutoff, RevocationState):
            table.objects.all().delete()
        caches["default"].clear()

    @rule(
        subjects=st.lists(st.sampled_from(SUBJECTS), unique=True, max_size=3),
        lifetime=st.none() | st.just(HOUR),
    )
    def issue(self, subjects, lifetime):
        issued_at = timezone.now()
        expires_at = issued_at + lifetime if lifetime else None
        token = make_token(subjects=tuple(subjects), issued_at=issued_at, expires_at=expires_at)
        self.tokens.append(token)

    @rule(data=st.data(), commit=st.booleans())
    def revoke(self, data, commit):
        if self.tokens:
            token = data.draw(st.sampled_from(self.tokens))
            self.act(partial(services.revoke, token), commit)

    @rule(subject=st.sampled_from(SUBJECTS), commit=st.booleans())
    def revoke_subject(self, subject, commit):
        self.act(partial(REVOKE_SUBJECT[subject.type], subject.id), commit)

    @rule(commit=st.booleans())
    def revoke_everyone(self, commit):
        self.act(services.revoke_everyone, commit)

    def act(self, service, commit):
        """Call ``service`` and look up all tokens in one transaction; commit it or not."""
        with transaction.atomic():
            service()
            for token in self.tokens:
                get_store().is_revoked(token)
            transaction.set_rollback(not commit)

    @rule()
    def purge(self):
        services.purge()

    @rule(seconds=st.sampled_from([0.1, 0.9, 1.0, 2.1, 5.1, 7200.0]))
    def pass_time(self, seconds):
        self.time.shift(seconds)

    @rule()
    def refresh(self):
        for store in self.others:
            getattr(store, "refresh", int)()

    @rule(lost=st.sampled_from(["everything", "invalidations"]))
    def lose_entries(self, lost):
        cache = caches["default"]
        cache.clear() if lost == "everything" else cache.evict(INVALIDATED)

    @rule(drop=st.booleans())
    def drop_writes(self, drop):
        DelayedCache.drops_set = drop

    @invariant()
    def differences_last_no_longer_than_the_bound(self):
        now = timezone.now()
        for token in self.tokens:
            expected = self.database.is_revoked(token)
            if expected != self.expected.get(token.key):
                self.expected[token.key], self.changed_at[token.key] = expected, now
            for store in self.others:
                late = (now - self.changed_at[token.key]).total_seconds() >= store.staleness_bound
                assert store.is_revoked(token) == expected or not late, (store, token, expected)

    def teardown(self):
        DelayedCache.drops_set = False


@pytest.fixture
def run_histories(transactional_db, settings):
    """Run random histories on stores."""
    settings.CACHES = {"default": {"BACKEND": "tests.faulty_caches.DelayedCache", "LOCATION": "h"}}

    def run(*paths, **options):
        settings.TOKEN_REVOCATION = {
            "STORE": f"{__name__}.StoreGroup",
            "STORE_OPTIONS": {"paths": [DATABASE, *paths]},
        }
        with ExitStack() as stack:
            time = stack.enter_context(stopped_time())
            for clock in CLOCKS:
                stack.enter_context(patch(clock, lambda: timezone.now().timestamp()))
            name = f"{services.__name__}._cutoffs.database_now"
            stack.enter_context(patch(name, lambda using: timezone.now()))
            run_state_machine_as_test(partial(History, time), settings=history_settings(**options))

    return run


def history_settings(**options):
    suppressed = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(
        deadline=None,
        database=None,
        stateful_step_count=30,
        suppress_health_check=suppressed,
        **options,
    )


def test_no_store_differs_from_the_database_beyond_its_bound(run_histories):
    run_histories(CACHED, SNAPSHOT, max_examples=25)


@pytest.mark.parametrize("store", ["DeletingStore", "CacheOnlyStore"])
def test_a_faulty_store_is_found(run_histories, store):
    with pytest.raises(AssertionError):
        run_histories(
            f"tests.stores.faulty_stores.{store}",
            max_examples=200,
            derandomize=True,
            phases=[Phase.generate],
        )
