"""What ``check --deploy`` says of settings that are right and not safe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import connection

from token_revocation.checks import check_deployment

SAFE = {"AUTHTOKEN_TTL": timedelta(days=14)}


def found_with(settings, **ours):
    settings.TOKEN_REVOCATION = ours
    return {message.id.removeprefix("token_revocation.") for message in check_deployment()}


def test_safe_settings_are_safe(settings):
    cookies = {"refresh": {"secure": True, "httponly": True}}
    assert found_with(settings, **SAFE, TOKEN_COOKIES=cookies) == set()


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ({"AUTHTOKEN_TTL": None}, {"W040"}),
        ({"REVOKE_ON": ["deletion"]}, {"W041"}),
        ({"ACCEPT_UNIDENTIFIED": True}, {"W043"}),
        ({"TOKEN_COOKIES": {"refresh": {"secure": True}}}, {"W044"}),
    ],
)
def test_what_is_not_safe_has_a_warning(settings, ours, expected):
    assert found_with(settings, **{**SAFE, **ours}) == expected


def test_a_kind_that_is_not_in_use_is_no_danger(settings):
    assert found_with(settings, ADAPTERS=[]) == set()


@pytest.mark.parametrize("scope", ["token_revocation", "token_revocation_login"])
def test_a_rate_that_was_lifted_has_a_warning(settings, scope):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {scope: None}}
    assert found_with(settings, **SAFE) == {"W042"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(None, {"W045"}), ("deferred", {"W045"}), ("IMMEDIATE", set()), ("EXCLUSIVE", set())],
)
@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_sqlite_without_immediate_transactions_has_a_warning(
    settings, monkeypatch, vendor, mode, expected
):
    monkeypatch.setattr(connection, "vendor", vendor)
    options = {"transaction_mode": mode} if mode else {}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    assert found_with(settings, **SAFE) == (expected if vendor == "sqlite" else set())


def test_nothing_is_said_while_something_is_wrong(settings):
    assert found_with(settings, ADAPTERS=["nowhere.Adapter"]) == set()


def test_every_warning_says_what_to_do(settings):
    settings.TOKEN_REVOCATION = {"ACCEPT_UNIDENTIFIED": True, "REVOKE_ON": []}
    assert all(message.hint for message in check_deployment())


def test_only_a_check_before_deployment_says_it(settings):
    settings.TOKEN_REVOCATION = {}
    assert "token_revocation.W040" not in {message.id for message in run_checks()}
    found = run_checks(include_deployment_checks=True)
    assert "token_revocation.W040" in {message.id for message in found}
