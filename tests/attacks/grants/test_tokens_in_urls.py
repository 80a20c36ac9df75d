"""An access token in a URL does not authenticate at any endpoint of OAuth Toolkit."""

from __future__ import annotations

from types import ModuleType

import pytest

pytest.importorskip("oauth2_provider")

from django.http import JsonResponse
from django.urls import path
from oauth2_provider.views.generic import ProtectedResourceView

from tests.contrib.oauth2_provider.conftest import application, make_access_token  # noqa: F401
from tests.contrib.oauth2_provider.urls import urlpatterns
from token_revocation.contrib.oauth2_provider.decorators import (
    protected_resource,
    rw_protected_resource,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Presenting an OAuth 2.0 access token"),
]


class ResourceView(ProtectedResourceView):
    def get(self, request):
        return JsonResponse({})


@protected_resource()
def decorated(request):
    return JsonResponse({})


@rw_protected_resource()
def decorated_for_reading(request):
    return JsonResponse({})


VIEWS = {
    "view": ResourceView.as_view(),
    "decorator": decorated,
    "decorator for reading": decorated_for_reading,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_token_in_a_url_is_rejected(client, oauth, settings, make_access_token, view):  # noqa: F811
    oauth(SCOPES={"read": "Read", "write": "Write"}, PKCE_REQUIRED=False)
    settings.ROOT_URLCONF = ModuleType("urls_of_resources")
    settings.ROOT_URLCONF.urlpatterns = [*urlpatterns, path("resource/", view)]
    raw = make_access_token().token
    bearer = {"Authorization": f"Bearer {raw}"}
    assert client.get("/resource/", headers=bearer).status_code == 200
    assert client.get(f"/resource/?access_token={raw}").status_code in {401, 403}


def test_a_token_in_the_url_of_the_user_info_endpoint_is_rejected(
    client,
    make_access_token,  # noqa: F811
):
    token = make_access_token()
    token.scope = "openid"
    token.save()
    bearer = {"Authorization": f"Bearer {token.token}"}
    assert client.get("/o/userinfo/", headers=bearer).status_code == 200
    assert client.get(f"/o/userinfo/?access_token={token.token}").status_code == 401
