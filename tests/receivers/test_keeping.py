"""Whoever changes their own password may stay logged in where they do it."""

from __future__ import annotations

import pytest
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import services
from token_revocation.authentication import current_token
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import TokenCutoff


class PasswordView(APIView):
    """As in the documentation."""

    def put(self, request):
        with services.keeping(current_token(request)):
            request.user.set_password(request.data["password"])
            request.user.save()
        return Response(status=204)


urlpatterns = [path("password/", PasswordView.as_view()), path("", include("tests.urls"))]


@pytest.fixture(autouse=True)
def _urls(settings):
    settings.ROOT_URLCONF = __name__


def change_password(user):
    user.set_password("a battery staple")
    user.save()


def test_a_view_that_keeps_its_token_ends_every_other(holder, device):
    assert holder.put("/password/", {"password": "a battery staple"}).status_code == 204
    assert holder.get("/protected/").status_code == 200
    assert services.is_revoked(device)
    assert TokenCutoff.objects.get().reason == "password_change"


def test_the_next_change_ends_it(holder, user):
    holder.put("/password/", {"password": "a battery staple"})
    user.refresh_from_db()
    change_password(user)
    assert holder.get("/protected/").status_code == 401


def test_after_an_error_nothing_is_kept_any_more(holder, user, token):
    with pytest.raises(RuntimeError), services.keeping(AuthTokenAdapter().identify(token)):
        raise RuntimeError
    change_password(user)
    assert holder.get("/protected/").status_code == 401


def test_the_innermost_decides(holder, user, token):
    with services.keeping(AuthTokenAdapter().identify(token)), services.keeping(None):
        change_password(user)
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize("event", ["deactivation", "deletion"])
def test_nothing_is_kept_of_an_account_that_is_closed(user, token, event):
    ref = AuthTokenAdapter().identify(token)
    with services.keeping(ref):
        if event == "deletion":
            user.delete()
        else:
            user.is_active = False
            user.save()
    assert services.is_revoked(ref)
