from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import Warning, registry
from django.core.management import CommandError, call_command
from rest_framework.authentication import BaseAuthentication

import token_revocation
from token_revocation._checks import check_token_revocation
from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.stores.database import DatabaseStore

DRF = "rest_framework.authentication."

E070 = "token_revocation.E070"
OURS = "token_revocation.contrib.authtoken.RevocableTokenAuthentication"
ADAPTER = "token_revocation.contrib.authtoken.AuthTokenAdapter"


class ApiKeyAuthentication(BaseAuthentication):
    """An authentication class of the project."""

    def authenticate(self, request): ...


class SameKindAdapter(AuthTokenAdapter):
    """An adapter whose kind is already used."""


class WarningStore(DatabaseStore):
    def check(self):
        return [Warning("A warning.", id="tests.W001")]


class SessionRouter:
    def db_for_write(self, model, **hints):
        return "other" if model.__name__ == "TokenSession" else None


class SplittingRouter:
    def db_for_write(self, model, **hints):
        return "other" if model.__name__ == "TokenCutoff" else None


def found_with(settings, **ours):
    settings.TOKEN_REVOCATION = ours
    return {message.id for message in check_token_revocation()}


def test_settings_of_the_test_suite_pass():
    assert check_token_revocation() == []


def test_checks_are_registered():
    assert check_token_revocation in registry.registry.get_checks()


@pytest.mark.trap("T23")
@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ({"FAIL_OPEN": True}, "E001"),
        ({"STORE": "nowhere.Store"}, "E002"),
        ({"STORE": "datetime.timedelta"}, "E002"),
        ({"ADAPTERS": [ADAPTER, "nowhere.Adapter"]}, "E002"),
        ({"ADAPTERS": [ADAPTER, f"{__name__}.SameKindAdapter"]}, "E003"),
        ({"AUTHTOKEN_TTL": 3600}, "E004"),
        ({"AUTHTOKEN_TTL": timedelta(0)}, "E004"),
        ({"PURGE_GRACE_PERIOD": timedelta(seconds=-1)}, "E004"),
        ({"PURGE_GRACE_PERIOD": None}, "E004"),
        ({"REVOKE_ON": ["password_change", "promotion"]}, "E007"),
        ({"REVOKE_ON": "deletion"}, "E007"),
        ({"REFRESH_GRACE_PERIOD": 10}, "E004"),
        ({"STORE_OPTIONS": {"colour": "red"}}, "E013"),
        *[
            ({name: duration}, "E004")
            for name in ("AUTHTOKEN_TTL", "PURGE_GRACE_PERIOD", "REFRESH_GRACE_PERIOD")
            for duration in (timedelta.max, timedelta.min, float("nan"), timedelta(days=36_501))
        ],
        ({"PURGE_ON_REVOKE": 10**30}, "E008"),
        ({"PURGE_ON_REVOKE": -1}, "E008"),
        ({"PURGE_ON_REVOKE": 0.5}, "E008"),
        *[
            ({name: duration}, "E004")
            for name in ("SESSION_LIFETIME", "SESSION_IDLE_TIMEOUT", "SESSION_REVOKE_MAX_AGE")
            for duration in (timedelta(0), timedelta(days=36_501), 3600)
        ],
        ({"SESSION_RETENTION": timedelta(seconds=-1)}, "E004"),
        ({"SESSION_RETENTION": None}, "E004"),
        ({"MAX_SESSIONS": 0}, "E061"),
        ({"MAX_SESSIONS": True}, "E061"),
        ({"MAX_SESSIONS": "5"}, "E061"),
        ({"MAX_SESSIONS_ACTION": "revoke_newest"}, "E062"),
        ({"MAX_SESSIONS_ACTION": None}, "E062"),
        ({"SESSION_METADATA": ["referrer"]}, "E063"),
        ({"SESSION_METADATA": "user_agent"}, "E063"),
        ({"SESSION_PROXY_COUNT": -1}, "E064"),
        ({"SESSION_PROXY_COUNT": None}, "E064"),
        ({"TOKEN_COOKIES": {"refresh": {"max-age": 1}}}, "E020"),
        ({"TOKEN_COOKIES": {"refresh": {"samesite": "Never"}}}, "E020"),
        ({"TOKEN_COOKIES": {"refresh": {"samesite": 1}}}, "E020"),
        ({"TOKEN_COOKIES": {"re fresh": {}}}, "E020"),
    ],
)
def test_invalid_setting_is_an_error(settings, ours, expected):
    assert found_with(settings, **ours) == {f"token_revocation.{expected}"}


@pytest.mark.parametrize(
    "ours",
    [
        {"AUTHTOKEN_TTL": None},
        {"PURGE_GRACE_PERIOD": timedelta(0)},
        {"PURGE_ON_REVOKE": 10},
        {"STORE_OPTIONS": {}},
        {"SESSION_LIFETIME": timedelta(days=1), "SESSION_IDLE_TIMEOUT": timedelta(minutes=1)},
        {"SESSION_RETENTION": timedelta(0), "SESSION_PROXY_COUNT": 2, "SESSION_METADATA": ()},
        {"MAX_SESSIONS": 1, "MAX_SESSIONS_ACTION": "reject"},
        {"REVOKE_ON": []},
    ],
)
def test_valid_setting_passes(settings, ours):
    assert found_with(settings, **ours) == set()


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ({"MAX_SESSIONS": 5}, {"token_revocation.E060"}),
        ({"SESSION_IDLE_TIMEOUT": timedelta(days=1)}, {"token_revocation.E060"}),
        ({"SESSION_LIFETIME": timedelta(days=1)}, set()),
    ],
)
def test_limit_that_needs_the_app_of_sessions_is_an_error(settings, ours, expected):
    app = "token_revocation.sessions"
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != app]
    assert found_with(settings, **ours) == expected


def test_sessions_in_another_database_are_an_error(settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.SessionRouter"]
    assert found_with(settings) == {"token_revocation.E065"}


def test_tables_in_different_databases_are_an_error(settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.SplittingRouter"]
    assert found_with(settings) == {"token_revocation.E005"}


def test_adapter_of_a_missing_app_is_an_error(settings):
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if "authtoken" not in app]
    assert found_with(settings) == {"token_revocation.E006"}


def test_checks_of_the_store_are_reported(settings):
    assert found_with(settings, STORE=f"{__name__}.WarningStore") == {"tests.W001"}


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([f"{DRF}TokenAuthentication"], {"token_revocation.W001", "token_revocation.E052"}),
        ([f"{DRF}BasicAuthentication"], {"token_revocation.W001"}),
        ([f"{DRF}SessionAuthentication", OURS], {"token_revocation.W002", E070}),
        ([OURS, f"{DRF}SessionAuthentication"], {E070}),
        ([OURS, f"{DRF}BasicAuthentication"], set()),
        ([OURS, f"{__name__}.ApiKeyAuthentication"], {"token_revocation.W073"}),
        ([f"{__name__}.ApiKeyAuthentication"], {"token_revocation.W001"}),
        ([OURS, f"{DRF}TokenAuthentication"], {"token_revocation.E052"}),
    ],
)
def test_default_authentication_classes_are_checked(settings, classes, expected):
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": classes}
    assert found_with(settings) == expected


def test_every_message_has_a_hint(settings):
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": [f"{DRF}TokenAuthentication"]}
    settings.TOKEN_REVOCATION = {"X": 1, "STORE": "x.Y", "AUTHTOKEN_TTL": 1}
    messages = check_token_revocation()
    assert len(messages) == 4
    assert all(message.hint for message in messages)


@pytest.mark.trap("T23")
def test_check_command_fails_with_an_error(settings):
    settings.TOKEN_REVOCATION = {"X": 1}
    with pytest.raises(CommandError, match=r"token_revocation\.E001"):
        call_command("check")


def test_ids_are_unique():
    source = "".join(path.read_text() for path in package_files())
    ids = re.findall(r'id="(token_revocation\.[EW]\d{3})"', source)
    assert len(ids) == len(set(ids)) > 7


def package_files():
    return Path(token_revocation.__file__).parent.rglob("*.py")


def test_adapter_has_no_checks_by_default():
    class Kind(TokenAdapter):
        kind = "mine"

        def identify(self, token):
            return token

    assert Kind().check() == []
