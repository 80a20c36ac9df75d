"""What happens to an account and what happens to its tokens are one thing, or nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.urls import include, path
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.views.failing import database_that_cannot_store_a_cutoff
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import TokenCutoff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])

EVENTS = ["password_change", "deactivation", "deletion"]


def happen(user, event):
    if event == "deletion":
        user.delete()
        return
    user.is_active = event != "deactivation"
    if event == "password_change":
        user.set_password("a battery staple")
    user.save()


class AccountView(APIView):
    """What a project may do in a request of its own."""

    def post(self, request):
        happen(request.user, request.data["event"])
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
def test_a_request_that_fails_takes_both_back(holder, device, event):
    assert holder.post("/account/", {"event": event, "then": "fail"}).status_code == 400
    assert holder.get("/protected/").status_code == 200
    assert not services.is_revoked(device)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.usefixtures("_atomic_requests")
def test_a_request_that_succeeds_leaves_both(holder, device, event):
    assert holder.post("/account/", {"event": event, "then": "end"}).status_code == 200
    assert holder.get("/protected/").status_code == 401
    assert services.is_revoked(device)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.usefixtures("_atomic_requests")
def test_a_cutoff_that_cannot_be_stored_takes_the_change_back(holder, user, event):
    with database_that_cannot_store_a_cutoff():
        answer = holder.post("/account/", {"event": event, "then": "end"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    stored = get_user_model().objects.get()
    assert (stored.password, stored.is_active) == (user.password, True)
    assert holder.get("/protected/").status_code == 200


@pytest.mark.parametrize("event", EVENTS)
def test_a_transaction_of_ones_own_is_the_same(user, device, event):
    with (
        pytest.raises(RevocationUnavailable),
        transaction.atomic(),
        database_that_cannot_store_a_cutoff(),
    ):
        happen(user, event)
    assert get_user_model().objects.get().is_active
    assert not services.is_revoked(device)


@pytest.mark.parametrize("event", EVENTS)
def test_a_user_in_another_database_is_cut_off_where_tokens_are_checked(user, device, event):
    twin = get_user_model().objects.using("other").create(pk=user.pk, username="twin")
    happen(twin, event)
    assert services.is_revoked(device)
    assert not TokenCutoff.objects.using("other").exists()
