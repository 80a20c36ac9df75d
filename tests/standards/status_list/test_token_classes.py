"""Token classes of simplejwt with status list indices."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("cryptography")
tokens = pytest.importorskip("rest_framework_simplejwt.tokens")

from tests.standards.status_list.status_lookup import reference_in  # noqa: E402
from token_revocation.standards.status_list.models import ListedToken, StatusList  # noqa: E402
from token_revocation.standards.status_list.simplejwt import (  # noqa: E402
    ListedAccessToken,
    ListedRefreshToken,
    ListedSlidingToken,
)

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.mark.spec(DRAFT, "6.2")
def test_encoded_token_has_an_index():
    token = ListedAccessToken()
    raw = str(token)
    assert tokens.UntypedToken(raw)["status"] == token["status"]


def test_token_encoded_twice_keeps_its_index():
    token = ListedAccessToken()
    assert reference_in(str(token)) == reference_in(str(token))
    assert ListedToken.objects.count() == 1


def test_token_without_a_jti_cannot_be_listed(settings):
    settings.TOKEN_REVOCATION |= {"ALLOW_MISSING_JTI": True}
    token = ListedAccessToken()
    del token["jti"]
    with pytest.raises(ValueError, match="must have a jti"):
        str(token)
    assert not ListedToken.objects.exists()


def test_decoded_token_keeps_its_index():
    raw = str(ListedAccessToken())
    assert reference_in(str(ListedAccessToken(raw))) == reference_in(raw)
    assert ListedToken.objects.count() == 1


@pytest.mark.spec(DRAFT, "13.2")
@pytest.mark.usefixtures("without_sessions")
def test_derived_token_has_its_own_index_without_sessions(user):
    refresh = ListedRefreshToken.for_user(user)
    assert reference_in(str(refresh)) != reference_in(str(refresh.access_token))


@pytest.mark.spec(DRAFT, "13.2")
@pytest.mark.usefixtures("without_sessions")
def test_token_with_a_later_expiry_moves_to_a_later_list_without_sessions(user):
    token = ListedSlidingToken.for_user(user)
    before = reference_in(str(token))
    token.set_exp(lifetime=timedelta(days=40))
    after = reference_in(str(token))
    assert before["uri"] != after["uri"]
    latest = StatusList.objects.latest("expires_at")
    assert latest.expires_at.timestamp() >= token["exp"]


def test_no_copy_claims_are_extended():
    copied = {"token_type", "exp", "jti", "iat", "status"} - set(ListedRefreshToken.no_copy_claims)
    assert copied == set()
