"""All stores live through the same history, and differ from the database within their bound only."""

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

from tests.failing_cache import LateCache
from tests.stores.stopped_time import stopped_time
from token_revocation import services
from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff
from token_revocation.stores import RevocationStore, get_store
from token_revocation.stores.cached import ASK
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

DATABASE = "token_revocation.stores.database.DatabaseStore"
CACHED = "token_revocation.stores.cached.CachedStore"
SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"

CLOCKS = [
    f"token_revocation.stores.snapshot.{name}.elapsed" for name in ("keeper", "loading", "marks")
]

NAMES = ("1", "2")
SUBJECTS = [
    make(name) for make in (Subject.user, Subject.session, Subject.client) for name in NAMES
]

CUT = {
    "user": lambda name: services.revoke_all(SimpleNamespace(pk=int(name))),
    "session": services.revoke_session,
    "client": services.revoke_client,
}

HOUR = timedelta(hours=1)


class Together(RevocationStore):
    """Lets several stores hear the same news; the first one answers."""

    def __init__(self, *, paths):
        self.stores = [import_string(path)() for path in paths if path != SNAPSHOT]
        self.stores += [import_string(SNAPSHOT)(background=False)] * (SNAPSHOT in paths)

    def is_revoked(self, token):
        return self.stores[0].is_revoked(token)

    def publish(self, keys):
        keys = list(keys)
        for store in self.stores:
            store.publish(keys)


class History(RuleBasedStateMachine):
    """What may happen to tokens, to the cache and to the news, and the questions between."""

    def __init__(self, traveller):
        super().__init__()
        self.traveller = traveller
        self.tokens, self.truth, self.changed_at = [], {}, {}
        self.database, *self.others = get_store().stores
        for table in (RevokedToken, TokenCutoff, Bookkeeping):
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
    def cut_off(self, subject, commit):
        self.act(partial(CUT[subject.type], subject.id), commit)

    @rule(commit=st.booleans())
    def cut_everyone_off(self, commit):
        self.act(services.revoke_everyone, commit)

    def act(self, verb, commit):
        """Do it in a transaction, in which others ask too; and commit, or not."""
        with transaction.atomic():
            verb()
            for token in self.tokens:
                get_store().is_revoked(token)
            transaction.set_rollback(not commit)

    @rule()
    def purge(self):
        services.purge()

    @rule(seconds=st.sampled_from([0.1, 0.9, 1.0, 2.1, 5.1, 7200.0]))
    def let_time_pass(self, seconds):
        self.traveller.shift(seconds)

    @rule()
    def refresh(self):
        for store in self.others:
            getattr(store, "refresh", int)()

    @rule(what=st.sampled_from(["everything", "the news"]))
    def lose(self, what):
        cache = caches["default"]
        cache.clear() if what == "everything" else cache.evict(ASK)

    @rule(deaf=st.booleans())
    def lose_news(self, deaf):
        LateCache.deaf = deaf

    @invariant()
    def differences_last_no_longer_than_the_bound(self):
        now = timezone.now()
        for token in self.tokens:
            truth = self.database.is_revoked(token)
            if truth != self.truth.get(token.key):
                self.truth[token.key], self.changed_at[token.key] = truth, now
            for store in self.others:
                late = (now - self.changed_at[token.key]).total_seconds() >= store.staleness_bound
                assert store.is_revoked(token) == truth or not late, (store, token, truth)

    def teardown(self):
        LateCache.deaf = False


@pytest.fixture
def live(transactional_db, settings):
    """Lets stores live through histories."""
    settings.CACHES = {"default": {"BACKEND": "tests.failing_cache.LateCache", "LOCATION": "h"}}

    def run(*paths, **options):
        settings.TOKEN_REVOCATION = {
            "STORE": f"{__name__}.Together",
            "STORE_OPTIONS": {"paths": [DATABASE, *paths]},
        }
        with ExitStack() as stack:
            traveller = stack.enter_context(stopped_time())
            for clock in CLOCKS:
                stack.enter_context(patch(clock, lambda: timezone.now().timestamp()))
            here = f"{services.__name__}.cutting.database_now"
            stack.enter_context(patch(here, lambda using: timezone.now()))
            run_state_machine_as_test(partial(History, traveller), settings=chosen(**options))

    return run


def chosen(**options):
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(
        deadline=None, database=None, stateful_step_count=30, suppress_health_check=slow, **options
    )


def test_no_store_differs_from_the_database_beyond_its_bound(live):
    live(CACHED, SNAPSHOT, max_examples=25)


@pytest.mark.parametrize("store", ["ForgettingStore", "CacheOnlyStore"])
def test_a_careless_store_is_seen_to_differ(live, store):
    with pytest.raises(AssertionError):
        live(
            f"tests.stores.careless.{store}",
            max_examples=200,
            derandomize=True,
            phases=[Phase.generate],
        )
