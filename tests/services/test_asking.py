from __future__ import annotations

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
from token_revocation.testing.databases import failing_database
from token_revocation.tokens import Subject

HOUR = timedelta(hours=1)
MINE = make_token(kind="mine", issued_at=None)
asked = []

pytestmark = pytest.mark.django_db


class DeafStore(DatabaseStore):
    def is_revoked(self, token):
        return False


class MineAdapter(TokenAdapter):
    """Knows one raw token, and one active one."""

    kind = "mine"

    def identify(self, token):
        return MINE

    def read(self, raw):
        asked.append(self.kind)
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
    asked.clear()


def test_the_store_in_use_answers(settings):
    token = make_token()
    services.revoke(token)
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.DeafStore"}
    assert not services.is_revoked(token)


@pytest.mark.usefixtures("_two_kinds")
def test_a_raw_token_is_read_by_the_kind_that_knows_it():
    assert services.read("mine") == MINE
    assert services.read("unknown") is None
    assert asked == ["mine", "mine", "yours"]


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.usefixtures("_two_kinds")
@pytest.mark.parametrize("hint", ["yours", "mine", "refresh_token", "", "\x00"])
def test_a_hint_changes_the_order_and_never_the_answer(hint):
    assert services.read("mine", hint=hint) == MINE
    assert asked[0] == ("yours" if hint == "yours" else "mine")


@pytest.mark.usefixtures("_two_kinds")
@pytest.mark.parametrize("raw", ["", "a b", "\x00", "é", "x" * 8193])
def test_what_cannot_be_a_token_is_shown_to_no_kind(raw):
    assert services.read(raw) is None
    assert asked == []


@pytest.mark.usefixtures("_two_kinds")
def test_active_tokens_of_every_kind_are_listed_newest_first(user):
    listed = services.active_tokens(user)
    assert [token.kind for token in listed] == ["yours", "yours", "mine"]
    assert listed[0].issued_at > listed[1].issued_at


@pytest.mark.usefixtures("_two_kinds")
@pytest.mark.parametrize(
    ("end", "left"),
    [
        (lambda user: services.revoke(MINE), 2),
        (lambda user: services.revoke_session("s"), 1),
        (services.revoke_all, 1),
        (lambda user: services.revoke_everyone(), 0),
        (lambda user: services.revoke_client("s"), 3),
    ],
)
def test_what_was_ended_is_not_listed(user, end, left):
    end(user)
    assert len(services.active_tokens(user)) == left


def test_a_hundred_cutoffs_cost_the_queries_of_one(user, django_assert_num_queries):
    AuthTokenFactory(user=user)
    for _ in range(100):
        services.revoke_session("other")
    with django_assert_num_queries(3):
        assert len(services.active_tokens(user)) == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda token: services.read(token.key),
        lambda token: services.active_tokens(token.user),
        lambda token: services.is_revoked(AuthTokenAdapter().identify(token)),
        lambda token: services.issue(token.user),
        lambda token: services.purge(),
        lambda token: services.revoke(AuthTokenAdapter().identify(token)),
        lambda token: services.revoke_all(token.user),
    ],
)
def test_no_answer_is_never_taken_for_one(token, ask):
    with pytest.raises(RevocationUnavailable), failing_database():
        ask(token)
    assert not RevokedToken.objects.exists()
