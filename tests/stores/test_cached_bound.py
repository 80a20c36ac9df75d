"""No revoked token is accepted after the bound, whatever is lost or late."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.stores.endings import SESSION, with_every_ending
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.testing import make_token
from token_revocation.testing.databases import failing_database, overtaken_by


@pytest.fixture
def token():
    return make_token(subjects=(SESSION,))


def refused_throughout(store, token, stopped, seconds=30):
    """Whether ``token`` is refused at each half second from now."""
    answers = []
    for _ in range(seconds * 2):
        answers.append(store.is_revoked(token))
        stopped.shift(0.5)
    return all(answers)


@pytest.mark.trap("T10")
@with_every_ending
def test_a_revocation_is_seen_at_once_and_for_ever(store, stopped, token, end):
    assert store.is_revoked(token) is False
    end(token)
    assert refused_throughout(store, token, stopped)


@pytest.mark.trap("T9")
@with_every_ending
def test_an_answer_overtaken_by_news_is_over_before_the_news_is(store, stopped, token, end):
    """Its entry is the token's, and the news may be that of a subject: nothing replaces it."""
    with overtaken_by(lambda: end(token)):
        assert store.is_revoked(token) is False
    assert refused_throughout(store, token, stopped)


@pytest.mark.trap("T9")
@with_every_ending
@pytest.mark.parametrize("late", [1, 4, 12, 3600])
def test_an_answer_that_arrives_late_is_not_believed(store, stopped, token, end, late):
    """Its process slept, or the cache did. The news may be over by then; so is the answer."""
    cache.hold()
    assert store.is_revoked(token) is False
    end(token)
    stopped.shift(late)
    cache.deliver()
    assert refused_throughout(store, token, stopped)


@with_every_ending
@pytest.mark.parametrize("late", [0, 1, 4, 12])
def test_without_any_news_an_answer_is_over_at_the_bound(store, stopped, token, end, late):
    cache.hold()
    assert store.is_revoked(token) is False
    cache.deaf = True
    end(token)
    stopped.shift(late)
    cache.deliver()
    stopped.shift(max(0, store.staleness_bound - late))
    assert refused_throughout(store, token, stopped)


def test_before_the_bound_such_an_answer_is_believed(store, stopped, token):
    """So that the tests here show something."""
    assert store.is_revoked(token) is False
    cache.deaf = True
    services.revoke_everyone()
    stopped.shift(4.9)
    assert store.is_revoked(token) is False


@pytest.mark.trap("T8")
@with_every_ending
def test_a_cache_that_loses_everything_costs_queries(store, stopped, token, end):
    for _ in range(3):
        assert store.is_revoked(token) is False
        cache.clear()
    end(token)
    cache.clear()
    assert refused_throughout(store, token, stopped)


def test_a_token_that_is_revoked_no_more_is_accepted_at_the_bound(store, stopped, token):
    services.revoke(token)
    stopped.shift(12)
    assert store.is_revoked(token) is True
    RevokedToken.objects.all().delete()
    stopped.shift(store.staleness_bound)
    assert store.is_revoked(token) is False


def test_an_answer_is_good_without_the_database_and_none_is_used_after_its_time(
    store, stopped, token
):
    assert store.is_revoked(token) is False
    stopped.shift(4.9)
    with failing_database():
        assert store.is_revoked(token) is False
        stopped.shift(0.1)
        with pytest.raises(RevocationUnavailable):
            store.is_revoked(token)


@pytest.mark.parametrize("entry", ["yes", b"1", 1.5, None, True, -1, 1, 2**62, -(2**62)])
def test_what_is_no_answer_of_ours_is_not_believed(store, token, entry):
    services.revoke(token)
    cache.clear()
    cache.set(f"token_revocation:1:default:{token.key.hex}", entry)
    assert store.is_revoked(token) is True
