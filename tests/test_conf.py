from __future__ import annotations

import inspect
import re
from datetime import timedelta

import pytest
from django.test import override_settings

from token_revocation import conf
from token_revocation.conf import NAMES, Settings, settings


def test_every_setting_has_a_default():
    with override_settings(TOKEN_REVOCATION={}):
        assert settings.STORE == "token_revocation.stores.database.DatabaseStore"
        assert settings.AUTHTOKEN_TTL is None


def test_the_dictionary_is_optional(settings):
    settings.TOKEN_REVOCATION = {}
    del settings.TOKEN_REVOCATION
    assert timedelta(hours=1) == conf.settings.PURGE_GRACE_PERIOD


@pytest.mark.trap("T20")
def test_settings_are_read_on_every_access():
    with override_settings(TOKEN_REVOCATION={"AUTHTOKEN_TTL": timedelta(days=1)}):
        assert timedelta(days=1) == settings.AUTHTOKEN_TTL
    with override_settings(TOKEN_REVOCATION={"AUTHTOKEN_TTL": timedelta(days=2)}):
        assert timedelta(days=2) == settings.AUTHTOKEN_TTL


def test_none_overrides_a_default():
    with override_settings(TOKEN_REVOCATION={"PURGE_GRACE_PERIOD": None}):
        assert settings.PURGE_GRACE_PERIOD is None


def test_an_unknown_name_is_an_attribute_error():
    with (
        override_settings(TOKEN_REVOCATION={"FAIL_OPEN": True}),
        pytest.raises(AttributeError, match="FAIL_OPEN"),
    ):
        assert settings.FAIL_OPEN


def test_every_setting_has_a_type_and_a_docstring():
    source = inspect.getsource(Settings)
    documented = re.findall(r'^    ([A-Z_]+): .+\n    """', source, re.MULTILINE)
    assert set(documented) == NAMES
    assert {name for name in vars(Settings) if name.isupper()} == NAMES


def test_no_setting_accepts_tokens_while_the_database_is_unavailable():
    assert not [name for name in NAMES if "OPEN" in name]
