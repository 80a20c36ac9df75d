"""Permissions that require a recent login."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
import time_machine
from django.urls import path
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from token_revocation.clock import now
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.permissions import RecentLoginIfRequired, RecentlyAuthenticated

MAX_AGE = timedelta(minutes=5)
RECENT = RecentlyAuthenticated(max_age=MAX_AGE)
INSUFFICIENT = "insufficient_user_authentication"


class Denied(BasePermission):
    def has_permission(self, request, view):
        return False


class ObjectView(APIView):
    """A view that also checks an object."""

    authentication_classes = (RevocableTokenAuthentication,)

    def get(self, request):
        self.check_object_permissions(request, object())
        return Response()


@pytest.fixture
def view(settings):
    """Return a function that serves a view with these permission classes at ``/view/``."""

    def serve(*classes, **options):
        callback = ObjectView.as_view(permission_classes=classes, **options)
        settings.ROOT_URLCONF = (path("view/", callback),)

    return serve


@pytest.fixture
def later():
    """The time at which a login of now is not recent any more."""
    with time_machine.travel(now() + MAX_AGE + timedelta(seconds=1)):
        yield


def test_recent_login_is_allowed(view, holder):
    view(RECENT)
    assert holder.get("/view/").status_code == 200


@pytest.mark.spec("RFC 9470", "3")
def test_old_login_is_asked_for_a_new_one(view, holder, later):
    view(RECENT)
    response = holder.get("/view/")
    assert (response.status_code, response.json()["code"]) == (401, INSUFFICIENT)
    assert response["WWW-Authenticate"] == (
        f'Token error="{INSUFFICIENT}", error_description="The login is too long ago", '
        'max_age="300"'
    )


@pytest.mark.spec("RFC 9470", "3")
def test_challenge_extends_that_of_the_authentication_class(view, holder, later):
    class WithRealm(RevocableTokenAuthentication):
        keyword = "Token"

        def authenticate_header(self, request):
            return 'Bearer realm="api"'

    view(RECENT, authentication_classes=[WithRealm])
    challenge = holder.get("/view/")["WWW-Authenticate"]
    assert challenge.startswith(f'Bearer realm="api", error="{INSUFFICIENT}", ')


ALLOWED, STEP_UP, FORBIDDEN = 200, 401, 403


@pytest.mark.parametrize(
    ("permission", "now_answer", "later_answer"),
    [
        (IsAuthenticated & RECENT, ALLOWED, STEP_UP),
        (RECENT & IsAuthenticated, ALLOWED, STEP_UP),
        (RECENT | AllowAny, ALLOWED, ALLOWED),
        (AllowAny | RECENT, ALLOWED, ALLOWED),
        ((IsAuthenticated & RECENT) | AllowAny, ALLOWED, ALLOWED),
        (~RECENT, FORBIDDEN, ALLOWED),
        (Denied & RECENT, FORBIDDEN, FORBIDDEN),
        (RECENT & Denied, FORBIDDEN, FORBIDDEN),
        (Denied | RECENT, ALLOWED, STEP_UP),
    ],
)
def test_permission_can_be_combined(view, holder, permission, now_answer, later_answer):
    view(permission)
    assert holder.get("/view/").status_code == now_answer
    with time_machine.travel(now() + 2 * MAX_AGE):
        assert holder.get("/view/").status_code == later_answer


def test_a_denial_that_a_new_login_cannot_change_stays_one(view, holder, later):
    view(RECENT | AllowAny, Denied)
    assert holder.get("/view/").status_code == FORBIDDEN


def test_anonymous_request_is_asked_to_log_in(view, api_client, db):
    view(RECENT)
    response = api_client.get("/view/")
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")


@pytest.mark.parametrize(
    ("authentication", "scheme"),
    [(SessionAuthentication, "Bearer"), (BasicAuthentication, "Basic")],
)
def test_login_of_unknown_time_is_not_recent(view, user, authentication, scheme):
    view(RECENT, authentication_classes=[authentication])
    client = APIClient(headers={"authorization": "Basic " + basic(user)})
    client.force_login(user)
    response = client.get("/view/")
    assert response.status_code == STEP_UP
    assert response["WWW-Authenticate"].startswith(scheme)


def basic(user):
    return b64encode(f"{user.username}:correct horse".encode()).decode()


def test_maximum_age_is_positive():
    with pytest.raises(ValueError, match="positive"):
        RecentlyAuthenticated(max_age=timedelta(0))


def test_setting_requires_a_recent_login(view, holder, settings, later):
    view(RecentLoginIfRequired)
    assert holder.get("/view/").status_code == ALLOWED
    settings.TOKEN_REVOCATION = {"SESSION_REVOKE_MAX_AGE": MAX_AGE}
    assert holder.get("/view/").status_code == STEP_UP
