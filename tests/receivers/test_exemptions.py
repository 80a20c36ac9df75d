"""A user who changes their own password can stay logged in on the current device."""

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
    """The view in the documentation."""

    def put(self, request):
        with services.keep_token(current_token(request)):
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


def test_view_keeps_only_its_own_token(holder, device):
    assert holder.put("/password/", {"password": "a battery staple"}).status_code == 204
    assert holder.get("/protected/").status_code == 200
    assert services.is_revoked(device)
    assert TokenCutoff.objects.get().reason == "password_change"


def test_next_password_change_revokes_kept_token(holder, user):
    holder.put("/password/", {"password": "a battery staple"})
    user.refresh_from_db()
    change_password(user)
    assert holder.get("/protected/").status_code == 401


def test_exemption_ends_after_exception(holder, user, token):
    with pytest.raises(RuntimeError), services.keep_token(AuthTokenAdapter().identify(token)):
        raise RuntimeError
    change_password(user)
    assert holder.get("/protected/").status_code == 401


def test_innermost_exemption_is_used(holder, user, token):
    with services.keep_token(AuthTokenAdapter().identify(token)), services.keep_token(None):
        change_password(user)
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize("event", ["deactivation", "deletion"])
def test_deactivation_and_deletion_keep_no_token(user, token, event):
    ref = AuthTokenAdapter().identify(token)
    with services.keep_token(ref):
        if event == "deletion":
            user.delete()
        else:
            user.is_active = False
            user.save()
    assert services.is_revoked(ref)
