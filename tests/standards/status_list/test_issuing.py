from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.views.failing import failing_database
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list import issuing
from token_revocation.standards.status_list.issuing import status_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


@pytest.mark.spec(DRAFT, "6.2")
def test_the_claim_says_where_and_which(make, us):
    reference = status_claim(make())["status_list"]
    assert reference == {
        "idx": ListedToken.objects.get().index,
        "uri": f"{us}/status-lists/{StatusList.objects.get().pk}/",
    }


def test_the_path_of_an_issuer_is_not_that_of_a_list(make, us, settings):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ISSUER": f"{us}/tenant"}
    assert status_claim(make())["status_list"]["uri"].startswith(f"{us}/status-lists/")


@pytest.mark.spec(DRAFT, "13.2")
def test_no_two_tokens_share_a_place(make, monkeypatch):
    monkeypatch.setattr(issuing, "SIZE", 4)
    references = [status_claim(make())["status_list"] for _ in range(10)]
    assert len({(r["uri"], r["idx"]) for r in references}) == 10
    assert StatusList.objects.count() == 3


def test_tokens_that_expire_on_another_day_have_another_list(make):
    near = make()
    far = make(expires_at=near.expires_at + 2 * issuing.WINDOW)
    assert status_claim(near)["status_list"]["uri"] != status_claim(far)["status_list"]["uri"]
    for listed in StatusList.objects.all():
        assert all(token.expires_at <= listed.expires_at for token in listed.tokens.all())


def test_a_place_costs_four_queries(make, django_assert_num_queries):
    status_claim(make())
    with django_assert_num_queries(4 + 2):  # And a savepoint, made and released.
        status_claim(make())


def test_a_token_that_never_expires_cannot_be_listed(make):
    with pytest.raises(ValueError, match="expire"):
        status_claim(make(expires_at=None))


def test_a_place_that_cannot_be_stored_is_503(make):
    with failing_database("listedtoken"), pytest.raises(RevocationUnavailable):
        status_claim(make())
    assert not StatusList.objects.filter(used__gt=0).exists()


def test_their_names_show_no_secret(make):
    status_claim(make())
    assert str(StatusList.objects.get().pk) in str(ListedToken.objects.get())
    assert str(StatusList.objects.get()) == str(StatusList.objects.get().pk)
