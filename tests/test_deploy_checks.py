"""Deployment checks of valid but unsafe settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import connection

from token_revocation._checks import check_deployment

urlpatterns = []

SAFE = {"AUTHTOKEN_TTL": timedelta(days=14)}


@pytest.fixture(autouse=True)
def _no_login_pages(settings):
    settings.ROOT_URLCONF = __name__
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}


def found_with(settings, **ours):
    settings.TOKEN_REVOCATION = ours
    return {message.id.removeprefix("token_revocation.") for message in check_deployment()}


def test_safe_settings_pass(settings):
    cookies = {"refresh": {"secure": True, "httponly": True}}
    assert found_with(settings, **SAFE, TOKEN_COOKIES=cookies) == set()


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ({"AUTHTOKEN_TTL": None}, {"W040"}),
        ({"REVOKE_ON": ["deletion"]}, {"W041"}),
        ({"ALLOW_MISSING_JTI": True}, {"W043"}),
        ({"TOKEN_COOKIES": {"refresh": {"secure": True}}}, {"W044"}),
    ],
)
def test_unsafe_setting_is_a_warning(settings, ours, expected):
    assert found_with(settings, **{**SAFE, **ours}) == expected


def test_unused_kind_is_not_checked(settings):
    assert found_with(settings, ADAPTERS=[]) == set()


def test_missing_num_proxies_is_a_warning(settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": None}
    assert found_with(settings, **SAFE) == {"W080"}


@pytest.mark.parametrize("scope", ["token_revocation", "token_revocation_login"])
def test_disabled_throttle_is_a_warning(settings, scope):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {scope: None}}
    assert found_with(settings, **SAFE) == {"W042"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(None, {"W045"}), ("deferred", {"W045"}), ("IMMEDIATE", set()), ("EXCLUSIVE", set())],
)
@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_deferred_sqlite_transactions_are_a_warning(settings, monkeypatch, vendor, mode, expected):
    monkeypatch.setattr(connection, "vendor", vendor)
    options = {"transaction_mode": mode} if mode else {}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    assert found_with(settings, **SAFE) == (expected if vendor == "sqlite" else set())


def test_deployment_is_not_checked_with_other_errors(settings):
    assert found_with(settings, ADAPTERS=["nowhere.Adapter"]) == set()


def test_every_warning_has_a_hint(settings):
    settings.TOKEN_REVOCATION = {"ALLOW_MISSING_JTI": True, "REVOKE_ON": []}
    assert all(message.hint for message in check_deployment())


def test_warnings_require_the_deploy_option(settings):
    settings.TOKEN_REVOCATION = {}
    assert "token_revocation.W040" not in {message.id for message in run_checks()}
    found = run_checks(include_deployment_checks=True)
    assert "token_revocation.W040" in {message.id for message in found}
