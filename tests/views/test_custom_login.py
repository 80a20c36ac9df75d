"""``login/`` with other user fields, backends, rules and token models."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import connection, models
from django.test.utils import isolate_apps
from django.urls import NoReverseMatch, include, path, reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from tests.factories import UserFactory
from token_revocation import urls
from token_revocation._checks import check_token_revocation
from token_revocation.contrib import login_rules
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import EmailNotVerified, SecondFactorRequired

PASSWORD = "correct horse"
LOGIN = "/auth/login/"


def log_in(client, user, **changed):
    return client.post(LOGIN, {"username": user.username, "password": PASSWORD, **changed})


def codes(settings):
    return {message.id.removeprefix("token_revocation.") for message in check_token_revocation()}


# The user logs in by another field.


@pytest.fixture
def by_email(monkeypatch):
    monkeypatch.setattr(get_user_model(), "USERNAME_FIELD", "email")


@pytest.mark.parametrize("field", ["email", "username"])
def test_username_field_and_username_are_accepted(by_email, user, api_client, field):
    answer = api_client.post(LOGIN, {field: user.email, "password": PASSWORD})
    assert answer.status_code == 200


def test_missing_username_field_is_named(by_email, db, api_client):
    answer = api_client.post(LOGIN, {"password": PASSWORD})
    assert answer.json() == {"email": ["This field is required."]}


@pytest.mark.parametrize("name", ["abc", "1e5", "1.5", "9" * 60, "-"])
def test_text_for_a_numeric_username_is_rejected(monkeypatch, db, api_client, name):
    monkeypatch.setattr(get_user_model(), "USERNAME_FIELD", "id")
    answer = api_client.post(LOGIN, {"id": name, "password": PASSWORD})
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["Unable to log in with provided credentials."]}


# The project's own backends decide.


class FailingBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        raise ValueError


def test_error_of_a_backend_is_raised(user, api_client, settings):
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.FailingBackend"]
    with pytest.raises(ValueError):  # noqa: PT011 - not of a field.
        log_in(api_client, user)


class Backend(BaseBackend):
    """A backend that rejects all users and records its arguments."""

    seen: list = []  # noqa: RUF012

    def authenticate(self, request, username=None, password=None):
        self.seen.append((request, username, password))
        request.was_seen = True
        raise PermissionDenied


def test_backends_get_djangos_request(user, api_client, settings):
    """django-axes sets an attribute on the request for its middleware."""
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.Backend"]
    Backend.seen.clear()
    answer = log_in(api_client, user)
    assert answer.status_code == 400
    ((request, *credentials),) = Backend.seen
    assert credentials == [user.username, PASSWORD]
    assert request is answer.wsgi_request
    assert request.was_seen


class PermissiveBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        return get_user_model().objects.get(username=username)


def test_inactive_user_is_rejected_with_any_backend(db, api_client, settings):
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.PermissiveBackend"]
    assert log_in(api_client, UserFactory(is_active=False)).status_code == 400


# Other rules.


def second_factor(request, user):
    if user.email.startswith("careful"):
        raise SecondFactorRequired


def test_login_rule_may_reject_a_user(user, api_client, settings):
    settings.TOKEN_REVOCATION = {"LOGIN_RULES": [f"{__name__}.second_factor"]}
    assert log_in(api_client, user).status_code == 200
    careful = UserFactory(email="careful@example.com")
    answer = log_in(api_client, careful)
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    assert not Token.objects.filter(user=careful).exists()


@pytest.mark.parametrize("rule", ["nowhere.rule", f"{__name__}.LOGIN", f"{__name__}.missing"])
def test_invalid_login_rule_is_a_check_error(settings, rule):
    settings.TOKEN_REVOCATION = {"LOGIN_RULES": [rule]}
    assert "E076" in codes(settings)


class Allauth:
    """The part of allauth that the login rule uses."""

    class EmailVerificationMethod:
        MANDATORY = "mandatory"

    EMAIL_VERIFICATION, LOGIN_BY_CODE_REQUIRED = "mandatory", False
    verified, has_factor = True, False

    def has_verified_email(self, user):
        return self.verified

    def is_mfa_enabled(self, user):
        return self.has_factor


@pytest.fixture
def allauth(monkeypatch):
    """A replacement of allauth, whose app cannot be installed in this process."""
    package = Allauth()
    monkeypatch.setattr(login_rules.apps, "is_installed", lambda name: name.startswith("allauth"))
    monkeypatch.setattr(login_rules, "import_module", lambda name: package)
    return package


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("verified", False, EmailNotVerified),
        ("has_factor", True, SecondFactorRequired),
        ("LOGIN_BY_CODE_REQUIRED", True, SecondFactorRequired),
    ],
)
def test_requirements_of_allauth_are_not_bypassed(user, api_client, allauth, name, value, error):
    assert log_in(api_client, user).status_code == 200
    setattr(allauth, name, value)
    answer = log_in(api_client, user)
    assert (answer.status_code, answer.json()["code"]) == (403, error.default_code)


@pytest.mark.parametrize("installed", [True, False])
def test_second_factor_app_without_a_rule_is_a_check_warning(settings, monkeypatch, installed):
    from token_revocation._checks import accounts

    names = ["django_otp"] if installed else []
    monkeypatch.setattr(accounts.apps, "is_installed", names.__contains__)
    assert ("W082" in {m.id[-4:] for m in accounts.check_second_factors()}) is installed
    settings.ROOT_URLCONF = "tests.contrib.simplejwt.urls"
    assert not list(accounts.check_second_factors())


# Nothing to issue.


def test_login_without_adapters_has_an_explanation(user, api_client, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    answer = log_in(api_client, user)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "This endpoint does not issue tokens." in answer.json()["detail"]


urlpatterns = [path("auth/", include(urls.without_login))]


def test_login_can_be_excluded_from_the_urls(settings):
    settings.ROOT_URLCONF = __name__
    assert urlsplit(reverse("token_revocation:logout")).path == "/auth/logout/"
    with pytest.raises(NoReverseMatch):
        reverse("token_revocation:login")


# Other models of tokens.

with isolate_apps("tests"):

    class DeviceToken(models.Model):
        """A model with several tokens per user."""

        key = models.CharField(max_length=40, unique=True)
        user = models.ForeignKey(get_user_model(), models.CASCADE, related_name="+")
        made = models.DateTimeField(default=timezone.now)

        class Meta:
            app_label = "tests"

        def __str__(self):
            return self.key

        def save(self, *args, **kwargs):
            self.key = self.key or Token.generate_key()
            super().save(*args, **kwargs)

    class NamedToken(DeviceToken):
        """A model with another required field."""

        place = models.IntegerField()

        class Meta:
            app_label = "tests"


class DeviceAdapter(AuthTokenAdapter):
    model = DeviceToken
    admin_models = ()


class NamedAdapter(AuthTokenAdapter):
    model = NamedToken
    admin_models = ()


class PlacedAdapter(NamedAdapter):
    def create_token(self, user):
        return NamedToken.objects.create(user=user, place=1)


@pytest.fixture(scope="module")
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(DeviceToken)
            editor.create_model(NamedToken)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(NamedToken)
            editor.delete_model(DeviceToken)


@pytest.mark.usefixtures("_tables")
@pytest.mark.parametrize("name", ["DeviceAdapter", "PlacedAdapter"])
def test_user_may_have_several_tokens(user, api_client, settings, name):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.{name}"]}
    answers = [log_in(api_client, user) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.json()["token"] for answer in answers}) == 3
    assert "E075" not in codes(settings)


@pytest.mark.usefixtures("_tables")
def test_model_with_required_fields_is_improperly_configured(user, api_client, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.NamedAdapter"]}
    with pytest.raises(ImproperlyConfigured, match="create_token"):
        log_in(api_client, user)
    assert "E075" in codes(settings)


class ConstantKeyAdapter(AuthTokenAdapter):
    def create_token(self, user):
        return Token.objects.create(key="constant", user=user)


def test_key_that_is_never_free_is_improperly_configured(user, api_client, settings, monkeypatch):
    monkeypatch.setattr("token_revocation.services._transactions.RETRY_DELAY_SECONDS", 0)
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.ConstantKeyAdapter"]}
    Token.objects.create(key="constant", user=UserFactory())
    with pytest.raises(ImproperlyConfigured, match="create_token"):
        log_in(api_client, user)


def test_concurrent_logins_return_the_same_token(user, monkeypatch):
    adapter = AuthTokenAdapter()
    stored = Token.objects.create(user=user)
    answers = iter([None, stored])
    monkeypatch.setattr(AuthTokenAdapter, "_get_stored", lambda self, user: next(answers))
    assert adapter.issue(user).raw == stored.key
