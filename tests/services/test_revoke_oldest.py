"""Limit on concurrent sessions: the oldest are revoked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from tests.queries import capture_queries, statement_prefixes
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import Subject, TokenRef

MINUTE = timedelta(minutes=1)


class BadgeAdapter(TokenAdapter):
    """Tokens stored in ``kept``."""

    kind = "badge"
    kept = ()

    def identify(self, token):
        return token

    def active_tokens(self, user):
        return [token for token in BadgeAdapter.kept if token.kind == self.kind]


class SealAdapter(BadgeAdapter):
    kind = "seal"


@pytest.fixture
def give(settings, user, monkeypatch):
    """Give the user a token of each kind; the last one is the newest."""
    adapters = [f"{__name__}.BadgeAdapter", f"{__name__}.SealAdapter"]
    settings.TOKEN_REVOCATION = {"ADAPTERS": adapters}

    def tokens(*kinds, in_sessions=False):
        now, own = timezone.now(), Subject.user(user.pk)
        given = [
            TokenRef(
                kind=kind,
                identifier=f"{n}",
                subjects=(own, Subject.session(f"s{n}")) if in_sessions else (own,),
                issued_at=now - (len(kinds) - n) * MINUTE,
            )
            for n, kind in enumerate(kinds)
        ]
        monkeypatch.setattr(BadgeAdapter, "kept", given)
        return given

    return tokens


def are_revoked(tokens):
    return [services.is_revoked(token) for token in tokens]


def test_only_newest_tokens_are_kept(give, user):
    tokens = give(*["badge"] * 4)
    assert services.revoke_oldest(user, keep=2, reason="limit") == 2
    assert are_revoked(tokens) == [True, True, False, False]
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"limit"}


def test_age_is_compared_across_kinds(give, user):
    tokens = give("badge", "seal", "badge", "seal")
    assert services.revoke_oldest(user, keep=1) == 3
    assert are_revoked(tokens) == [True, True, True, False]


def test_only_given_kinds_are_revoked(give, user):
    tokens = give("badge", "seal", "badge", "seal")
    assert services.revoke_oldest(user, keep=1, kinds=["badge"]) == 1
    assert are_revoked(tokens) == [True, False, False, False]


def test_oldest_session_is_revoked(give, user):
    tokens = give(*["badge"] * 3, in_sessions=True)
    services.revoke_oldest(user, keep=2)
    assert are_revoked(tokens) == [True, False, False]
    assert TokenCutoff.objects.get().subject_id == "s0"


def test_token_without_time_of_issue_is_oldest(give, user, monkeypatch):
    tokens = give("badge", "badge")
    undated = TokenRef(kind="badge", identifier="undated", subjects=tokens[0].subjects)
    monkeypatch.setattr(BadgeAdapter, "kept", [*tokens, undated])
    services.revoke_oldest(user, keep=2)
    assert are_revoked([*tokens, undated]) == [False, False, True]


def test_revoked_tokens_are_not_counted(give, user):
    tokens = give(*["badge"] * 3)
    services.revoke(tokens[2])
    assert services.revoke_oldest(user, keep=1) == 1
    assert are_revoked(tokens) == [True, False, True]


@pytest.mark.parametrize("keep", [3, 4])
def test_nothing_is_revoked_within_limit(give, user, keep):
    give(*["badge"] * 3)
    assert services.revoke_oldest(user, keep=keep) == 0
    assert not RevokedToken.objects.exists()


def test_keep_may_be_zero(give, user):
    tokens = give("badge", "seal")
    assert services.revoke_oldest(user, keep=0) == 2
    assert are_revoked(tokens) == [True, True]


@pytest.mark.parametrize("options", [{"keep": -1}, {"keep": 1, "kinds": ["bagde"]}])
def test_invalid_arguments_raise_and_revoke_nothing(give, user, options):
    give("badge", "badge")
    with pytest.raises(ValueError, match=r"bagde|negative"):
        services.revoke_oldest(user, **options)
    assert not RevokedToken.objects.exists()


@pytest.mark.parametrize("in_sessions", [False, True])
def test_query_count_is_independent_of_number_of_tokens(give, user, in_sessions):
    give(*["badge"] * 3, in_sessions=in_sessions)
    few = capture_queries(partial(services.revoke_oldest, user, keep=1))
    give(*["seal"] * 201, in_sessions=in_sessions)
    TokenCutoff.objects.all().delete()
    many = capture_queries(partial(services.revoke_oldest, user, keep=1))
    assert statement_prefixes(many) == statement_prefixes(few)
    if not connection.features.max_query_params:  # Otherwise Django inserts in batches.
        assert len(many) == len(few)
