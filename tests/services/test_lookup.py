from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.stores.database import DatabaseStore
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject

HOUR = timedelta(hours=1)
MINE = make_token(kind="mine", issued_at=None)
queried_kinds = []

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_callers")]


class AcceptingStore(DatabaseStore):
    def is_revoked(self, token):
        return False


class MineAdapter(TokenAdapter):
    """An adapter with one raw token and one active token."""

    kind = "mine"

    def identify(self, token):
        return MINE

    def resolve(self, raw):
        queried_kinds.append(self.kind)
        return MINE if raw == "mine" else None

    def active_tokens(self, user):
        return [MINE]


class YoursAdapter(MineAdapter):
    kind = "yours"

    def active_tokens(self, user):
        fresh = {"kind": "yours", "subjects": (Subject.user(user.pk), Subject.session("s"))}
        return [make_token(**fresh, issued_at=now() - n * HOUR) for n in (1, 2)]


@pytest.fixture
def _two_kinds(settings):
    paths = [f"{__name__}.MineAdapter", f"{__name__}.YoursAdapter"]
    settings.TOKEN_REVOCATION = {"ADAPTERS": paths}
    queried_kinds.clear()


def test_configured_store_is_queried(settings):
    token = make_token()
    services.revoke(token)
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.AcceptingStore"}
    assert not services.is_revoked(token)


@pytest.mark.usefixtures("_two_kinds")
def test_raw_token_is_resolved_by_its_kind():
    assert services.resolve("mine") == MINE
    assert services.resolve("unknown") is None
    assert queried_kinds == ["mine", "mine", "yours"]


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.usefixtures("_two_kinds")
@pytest.mark.parametrize("hint", ["yours", "mine", "refresh_token", "", "\x00"])
def test_hint_changes_only_the_search_order(hint):
    assert services.resolve("mine", hint=hint) == MINE
    assert queried_kinds[0] == ("yours" if hint == "yours" else "mine")


@pytest.mark.usefixtures("_two_kinds")
@pytest.mark.parametrize("raw", ["", "a b", "\x00", "é", "x" * 8193])
def test_invalid_token_syntax_is_not_passed_to_adapters(raw):
    assert services.resolve(raw) is None
    assert queried_kinds == []


@pytest.mark.usefixtures("_two_kinds")
def test_active_tokens_of_all_kinds_are_sorted_newest_first(user):
    listed = services.active_tokens(user)
    assert [token.kind for token in listed] == ["yours", "yours", "mine"]
    assert listed[0].issued_at > listed[1].issued_at


@pytest.mark.usefixtures("_two_kinds")
@pytest.mark.parametrize(
    ("revoke", "expected"),
    [
        (lambda user: services.revoke(MINE), 2),
        (lambda user: services.revoke_session("s"), 1),
        (lambda user: services.revoke_all(user), 1),
        (lambda user: services.revoke_everyone(), 0),
        (lambda user: services.revoke_client("s"), 3),
    ],
)
def test_revoked_tokens_are_not_active(user, revoke, expected):
    revoke(user)
    assert len(services.active_tokens(user)) == expected


def test_query_count_is_independent_of_number_of_cutoffs(user, django_assert_num_queries):
    AuthTokenFactory(user=user)
    for _ in range(100):
        services.revoke_session("other")
    with django_assert_num_queries(3):
        assert len(services.active_tokens(user)) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda token: services.resolve(token.key),
        lambda token: services.active_tokens(token.user),
        lambda token: services.is_revoked(AuthTokenAdapter().identify(token)),
        lambda token: services.issue(token.user),
        lambda token: services.purge(),
        lambda token: services.revoke(AuthTokenAdapter().identify(token)),
        lambda token: services.revoke_all(token.user),
    ],
)
def test_database_failure_raises_revocation_unavailable(token, call):
    with pytest.raises(RevocationUnavailable), failing_database():
        call(token)
    assert not RevokedToken.objects.exists()


def test_deletion_of_an_expired_token_is_not_recorded():
    token = replace(make_token(), expires_at=now() - timedelta(days=1))
    assert not services.record_deletion(token)
    assert not RevokedToken.objects.exists()
