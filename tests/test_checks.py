from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import Warning, registry
from django.core.management import CommandError, call_command

import token_revocation
from token_revocation.adapters import TokenAdapter
from token_revocation.checks import check_token_revocation
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.stores.database import DatabaseStore

DRF = "rest_framework.authentication."
OURS = "token_revocation.contrib.authtoken.RevocableTokenAuthentication"
ADAPTER = "token_revocation.contrib.authtoken.AuthTokenAdapter"


class SameKindAdapter(AuthTokenAdapter):
    """Answers for a kind that is taken."""


class AnxiousStore(DatabaseStore):
    def check(self):
        return [Warning("I worry.", id="tests.W001")]


class SplittingRouter:
    def db_for_write(self, model, **hints):
        return "other" if model.__name__ == "TokenCutoff" else None


def found_with(settings, **ours):
    settings.TOKEN_REVOCATION = ours
    return {message.id for message in check_token_revocation()}


def test_our_own_settings_pass():
    assert check_token_revocation() == []


def test_they_are_registered():
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
        ({"PURGE_GRACE": timedelta(seconds=-1)}, "E004"),
        ({"PURGE_GRACE": None}, "E004"),
        ({"REVOKE_ON": ["password_change", "promotion"]}, "E007"),
        ({"REVOKE_ON": "deletion"}, "E007"),
        ({"REFRESH_GRACE": 10}, "E004"),
        ({"STORE_OPTIONS": {"colour": "red"}}, "E013"),
        ({"PURGE_ON_REVOKE": -1}, "E008"),
        ({"PURGE_ON_REVOKE": 0.5}, "E008"),
        ({"TOKEN_COOKIES": {"refresh": {"max-age": 1}}}, "E020"),
        ({"TOKEN_COOKIES": {"refresh": {"samesite": "Never"}}}, "E020"),
        ({"TOKEN_COOKIES": {"refresh": {"samesite": 1}}}, "E020"),
        ({"TOKEN_COOKIES": {"re fresh": {}}}, "E020"),
    ],
)
def test_a_mistake_in_the_settings_is_found(settings, ours, expected):
    assert found_with(settings, **ours) == {f"token_revocation.{expected}"}


@pytest.mark.parametrize(
    "ours",
    [
        {"AUTHTOKEN_TTL": None},
        {"PURGE_GRACE": timedelta(0)},
        {"PURGE_ON_REVOKE": 10},
        {"STORE_OPTIONS": {}},
        {"REVOKE_ON": []},
    ],
)
def test_what_is_allowed_is_not_found(settings, ours):
    assert found_with(settings, **ours) == set()


def test_tables_kept_apart_are_found(settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.SplittingRouter"]
    assert found_with(settings) == {"token_revocation.E005"}


def test_an_adapter_of_an_app_that_is_not_installed_is_found(settings):
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if "authtoken" not in app]
    assert found_with(settings) == {"token_revocation.E006"}


def test_a_store_speaks_for_itself(settings):
    assert found_with(settings, STORE=f"{__name__}.AnxiousStore") == {"tests.W001"}


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([f"{DRF}TokenAuthentication"], {"token_revocation.W001"}),
        ([f"{DRF}SessionAuthentication", OURS], {"token_revocation.W002"}),
        ([OURS, f"{DRF}SessionAuthentication"], set()),
    ],
)
def test_the_list_of_authentication_classes_is_read(settings, classes, expected):
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": classes}
    assert found_with(settings) == expected


def test_every_message_has_a_hint(settings):
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": [f"{DRF}TokenAuthentication"]}
    settings.TOKEN_REVOCATION = {"X": 1, "STORE": "x.Y", "AUTHTOKEN_TTL": 1}
    messages = check_token_revocation()
    assert len(messages) == 4
    assert all(message.hint for message in messages)


@pytest.mark.trap("T23")
def test_an_error_stops_the_check_command(settings):
    settings.TOKEN_REVOCATION = {"X": 1}
    with pytest.raises(CommandError, match=r"token_revocation\.E001"):
        call_command("check")


def test_every_id_is_used_in_one_place_only():
    source = "".join(path.read_text() for path in package_files())
    ids = re.findall(r'id="(token_revocation\.[EW]\d{3})"', source)
    assert len(ids) == len(set(ids)) > 7


def package_files():
    return Path(token_revocation.__file__).parent.rglob("*.py")


def test_the_default_of_an_adapter_is_to_find_nothing():
    class Kind(TokenAdapter):
        kind = "mine"

        def identify(self, token):
            return token

    assert Kind().check() == []
