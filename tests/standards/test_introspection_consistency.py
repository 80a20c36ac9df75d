"""Introspection agrees with authentication after any sequence of events."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.authtoken.models import Token
from rest_framework.permissions import IsAuthenticated
from rest_framework.settings import api_settings
from rest_framework.test import APIClient, APIRequestFactory

from tests.factories import UserFactory
from tests.standards.token_kinds import KINDS, LIFETIME, REFRESH_KINDS, VALIDATOR, knox
from token_revocation import services
from token_revocation.testing.authentication import WhoAmIView

pytest.importorskip("cryptography")


class Scenario:
    """A user, its tokens and the events that change them."""

    def __init__(self):
        self.user = UserFactory()
        self.tokens = []
        self.later = timedelta(0)

    def apply(self, event, number):
        with time_machine.travel(timezone.now() + self.later):
            getattr(self, event)(number)

    def issue(self, number):
        if get_user_model().objects.filter(pk=self.user.pk, is_active=True).exists():
            make = list(KINDS)[number % len(KINDS)]
            self.tokens.append((KINDS[make][0], make(self.user)))

    def apply_to_token(self, number, action):
        if self.tokens:
            ref = services.resolve(self.tokens[number % len(self.tokens)][1])
            if ref is not None:
                action(ref)

    def revoke(self, number):
        self.apply_to_token(number, services.revoke)

    def log_out(self, number):
        self.apply_to_token(number, services.log_out)

    def keep_one(self, number):
        self.apply_to_token(
            number, lambda ref: self.user.pk and services.revoke_all(self.user, keep=ref)
        )

    def cut_off_everyone(self, number):
        services.revoke_everyone()

    def deactivate(self, number):
        get_user_model().objects.filter(pk=self.user.pk).update(is_active=False)

    def reactivate(self, number):
        get_user_model().objects.filter(pk=self.user.pk).update(is_active=True)

    def delete_rows(self, number):
        Token.objects.filter(user_id=self.user.pk).delete()

    def delete_user(self, number):
        if number == 0:
            get_user_model().objects.filter(pk=self.user.pk).delete()

    def pass_time(self, number):
        self.later += timedelta(minutes=number)


EVENTS = [
    "issue",
    *(name for name in vars(Scenario) if name not in {"apply_to_token", "apply", "issue"}),
]
EVENTS = [name for name in EVENTS if not name.startswith("_")]
steps = st.tuples(st.sampled_from(["issue", *EVENTS]), st.integers(0, 60))


@pytest.fixture(autouse=True)
def _separate_schemes(settings):
    settings.REST_KNOX = {"AUTH_HEADER_PREFIX": "Knox"}
    settings.OAUTH2_PROVIDER = {
        "OAUTH2_VALIDATOR_CLASS": VALIDATOR,
        "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
    }


@pytest.fixture
def caller(settings, db):
    """A resource server with permission to introspect every installed kind."""
    chosen = dict.fromkeys(names for _, names in KINDS.values())
    classes = [authentication for _, authentication in chosen]
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": [adapter for adapter, _ in chosen],
        "AUTHTOKEN_TTL": LIFETIME,
    }
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": classes}
    client = APIClient()
    client.force_authenticate(UserFactory(is_superuser=True))
    return client


def is_accepted(scheme, raw):
    view = WhoAmIView.as_view(
        authentication_classes=api_settings.DEFAULT_AUTHENTICATION_CLASSES,
        permission_classes=[IsAuthenticated],
    )
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {raw}")
    return view(request).status_code == 200


def is_active(caller, raw):
    answer = caller.post("/introspect/", {"token": raw}, format="json").json()
    assert answer["active"] or answer == {"active": False}
    return answer["active"]


@pytest.mark.spec("RFC 7662", "2.2")
@pytest.mark.spec("RFC 7662", "4")
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(steps, min_size=1, max_size=12))
def test_introspection_agrees_with_authentication(caller, events):
    cache.clear()  # The throttles count the requests of earlier examples in it.
    with transaction.atomic():
        scenario = Scenario()
        for event, number in [("issue", n) for n in range(len(KINDS))] + events:
            scenario.apply(event, number)
        with time_machine.travel(timezone.now() + scenario.later):
            introspected = {raw: is_active(caller, raw) for _, raw in scenario.tokens}
            authenticated = {raw: is_accepted(scheme, raw) for scheme, raw in scenario.tokens}
        transaction.set_rollback(True)
    assert introspected == authenticated


def test_first_class_of_a_scheme_decides_in_introspection(caller, user, settings):
    pytest.importorskip("knox")
    settings.REST_KNOX = {"AUTH_HEADER_PREFIX": "Token"}
    raw = knox(user)
    assert is_active(caller, raw) is is_accepted("Token", raw) is False


@pytest.mark.parametrize("make", list(KINDS), ids=lambda make: make.__name__)
def test_each_kind_of_token_is_active_until_revoked(caller, user, make):
    scheme, raw = KINDS[make][0], make(user)
    assert is_active(caller, raw) is is_accepted(scheme, raw) is (make not in REFRESH_KINDS)
    services.revoke_all(user)
    assert is_active(caller, raw) is is_accepted(scheme, raw) is False
