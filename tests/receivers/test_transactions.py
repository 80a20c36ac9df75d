"""An account event and the revocation of its tokens are one transaction."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.urls import include, path
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.views.outages import failing_cutoff_insert
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import TokenCutoff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])

EVENTS = ["password_change", "deactivation", "deletion"]


def trigger_event(user, event):
    if event == "deletion":
        user.delete()
        return
    user.is_active = event != "deactivation"
    if event == "password_change":
        user.set_password("a battery staple")
    user.save()


class AccountView(APIView):
    """A view of a project that changes an account."""

    def post(self, request):
        trigger_event(request.user, request.data["event"])
        if request.data["then"] == "fail":
            raise ValidationError
        return Response()


urlpatterns = [path("account/", AccountView.as_view()), path("", include("tests.urls"))]


@pytest.fixture
def _atomic_requests(monkeypatch, settings):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.usefixtures("_atomic_requests")
def test_failed_request_rolls_back_event_and_cutoff(holder, device, event):
    assert holder.post("/account/", {"event": event, "then": "fail"}).status_code == 400
    assert holder.get("/protected/").status_code == 200
    assert not services.is_revoked(device)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.usefixtures("_atomic_requests")
def test_successful_request_commits_event_and_cutoff(holder, device, event):
    assert holder.post("/account/", {"event": event, "then": "end"}).status_code == 200
    assert holder.get("/protected/").status_code == 401
    assert services.is_revoked(device)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.usefixtures("_atomic_requests")
def test_failed_cutoff_rolls_back_event(holder, user, event):
    with failing_cutoff_insert():
        answer = holder.post("/account/", {"event": event, "then": "end"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    stored = get_user_model().objects.get()
    assert (stored.password, stored.is_active) == (user.password, True)
    assert holder.get("/protected/").status_code == 200


@pytest.mark.parametrize("event", EVENTS)
def test_failed_cutoff_rolls_back_own_transaction(user, device, event):
    with (
        pytest.raises(RevocationUnavailable),
        transaction.atomic(),
        failing_cutoff_insert(),
    ):
        trigger_event(user, event)
    assert get_user_model().objects.get().is_active
    assert not services.is_revoked(device)


@pytest.mark.parametrize("event", EVENTS)
def test_cutoff_of_user_in_other_database_is_stored_with_revocations(user, device, event):
    twin = get_user_model().objects.using("other").create(pk=user.pk, username="twin")
    trigger_event(twin, event)
    assert services.is_revoked(device)
    assert not TokenCutoff.objects.using("other").exists()
