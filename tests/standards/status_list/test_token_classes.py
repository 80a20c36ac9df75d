"""The token classes of simplejwt that have places, and the views that give them out."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("cryptography")
tokens = pytest.importorskip("rest_framework_simplejwt.tokens")

from tests.standards.status_list.issued import place_of  # noqa: E402
from token_revocation.standards.status_list.models import ListedToken, StatusList  # noqa: E402
from token_revocation.standards.status_list.simplejwt import (  # noqa: E402
    ListedAccessToken,
    ListedRefreshToken,
    ListedSlidingToken,
)

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


@pytest.mark.spec(DRAFT, "6.2")
def test_a_token_that_is_written_out_has_a_place():
    token = ListedAccessToken()
    raw = str(token)
    assert tokens.UntypedToken(raw)["status"] == token["status"]


def test_a_token_has_one_place_however_often_it_is_written_out():
    token = ListedAccessToken()
    assert place_of(str(token)) == place_of(str(token))
    assert ListedToken.objects.count() == 1


def test_a_token_without_a_name_of_its_own_has_no_place(settings):
    settings.TOKEN_REVOCATION |= {"ACCEPT_UNIDENTIFIED": True}
    token = ListedAccessToken()
    del token["jti"]
    with pytest.raises(ValueError, match="has to have a jti"):
        str(token)
    assert not ListedToken.objects.exists()


def test_a_token_that_was_read_keeps_its_place():
    raw = str(ListedAccessToken())
    assert place_of(str(ListedAccessToken(raw))) == place_of(raw)
    assert ListedToken.objects.count() == 1


@pytest.mark.spec(DRAFT, "13.2")
def test_a_token_made_from_another_has_a_place_of_its_own(user):
    refresh = ListedRefreshToken.for_user(user)
    assert place_of(str(refresh)) != place_of(str(refresh.access_token))


@pytest.mark.spec(DRAFT, "13.2")
def test_a_token_with_a_later_expiry_has_a_place_in_the_list_of_that_day(user):
    token = ListedSlidingToken.for_user(user)
    before = place_of(str(token))
    token.set_exp(lifetime=timedelta(days=40))
    after = place_of(str(token))
    assert before["uri"] != after["uri"]
    latest = StatusList.objects.latest("expires_at")
    assert latest.expires_at.timestamp() >= token["exp"]


def test_what_a_token_class_must_not_copy_it_still_does_not():
    copied = {"token_type", "exp", "jti", "iat", "status"} - set(ListedRefreshToken.no_copy_claims)
    assert copied == set()
