from __future__ import annotations

import pytest

pytest.importorskip("cryptography")
tokens = pytest.importorskip("rest_framework_simplejwt.tokens")

from token_revocation.standards.status_list.issuing import StatusListMixin  # noqa: E402
from token_revocation.standards.status_list.models import ListedToken  # noqa: E402
from token_revocation.testing import make_token  # noqa: E402

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


class Adapter:
    """As that of simplejwt, for what is needed here."""

    def identify(self, token):
        expires_at = tokens.datetime_from_epoch(token["exp"])
        return make_token(identifier=token["jti"], expires_at=expires_at)


class ListedAccessToken(StatusListMixin, tokens.AccessToken):
    adapter = Adapter()


class ListedRefreshToken(StatusListMixin, tokens.RefreshToken):
    adapter = Adapter()
    access_token_class = ListedAccessToken


@pytest.mark.spec(DRAFT, "6.2")
def test_a_token_that_is_written_out_has_a_place():
    token = ListedAccessToken()
    raw = str(token)
    assert tokens.UntypedToken(raw)["status"]["status_list"] == token["status"]["status_list"]


def test_a_token_has_one_place_however_often_it_is_written_out():
    token = ListedAccessToken()
    assert str(token) == str(token)
    assert ListedToken.objects.count() == 1


@pytest.mark.spec(DRAFT, "13.2")
def test_a_token_made_from_another_has_a_place_of_its_own():
    refresh = ListedRefreshToken()
    str(refresh)
    access = refresh.access_token
    str(access)
    assert refresh["status"] != access["status"]
