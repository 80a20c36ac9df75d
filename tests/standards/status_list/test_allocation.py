from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list import _allocation
from token_revocation.standards.status_list._allocation import status_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.testing._databases import failing_database

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.mark.spec(DRAFT, "6.2")
def test_status_claim_has_uri_and_index(make, own_issuer):
    reference = status_claim(make())["status_list"]
    assert reference == {
        "idx": ListedToken.objects.get().index,
        "uri": f"{own_issuer}/status-lists/{StatusList.objects.get().pk}/",
    }


def test_issuer_path_is_not_part_of_list_urls(make, own_issuer, settings):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ISSUER": f"{own_issuer}/tenant"}
    assert status_claim(make())["status_list"]["uri"].startswith(f"{own_issuer}/status-lists/")


@pytest.mark.spec(DRAFT, "13.2")
def test_no_two_tokens_share_an_index(make, monkeypatch):
    monkeypatch.setattr(_allocation, "LIST_SIZE", 4)
    references = [status_claim(make())["status_list"] for _ in range(10)]
    assert len({(r["uri"], r["idx"]) for r in references}) == 10
    assert StatusList.objects.count() == 3


def test_tokens_expiring_on_different_days_have_different_lists(make):
    near = make()
    far = make(expires_at=near.expires_at + 2 * _allocation.EXPIRY_WINDOW)
    assert status_claim(near)["status_list"]["uri"] != status_claim(far)["status_list"]["uri"]
    for listed in StatusList.objects.all():
        assert all(token.expires_at <= listed.expires_at for token in listed.tokens.all())


def test_allocation_costs_four_queries(make, django_assert_num_queries):
    status_claim(make())
    with django_assert_num_queries(4 + 2):  # And a savepoint, made and released.
        status_claim(make())


def test_token_without_expiry_cannot_be_listed(make):
    with pytest.raises(ValueError, match="expire"):
        status_claim(make(expires_at=None))


def test_failed_allocation_raises_unavailable(make):
    with failing_database("listedtoken"), pytest.raises(RevocationUnavailable):
        status_claim(make())
    assert not StatusList.objects.filter(used__gt=0).exists()


def test_str_of_models_contains_no_secret(make):
    status_claim(make())
    assert str(StatusList.objects.get().pk) in str(ListedToken.objects.get())
    assert str(StatusList.objects.get()) == str(StatusList.objects.get().pk)
