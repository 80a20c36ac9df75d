from __future__ import annotations

import inspect
import re
from datetime import timedelta

import pytest
from django.test import override_settings

from token_revocation import conf
from token_revocation.conf import NAMES, Settings, settings


def test_a_project_need_not_set_anything():
    with override_settings(TOKEN_REVOCATION={}):
        assert settings.STORE == "token_revocation.stores.database.DatabaseStore"
        assert settings.AUTHTOKEN_TTL is None


def test_a_project_need_not_even_have_the_dictionary(settings):
    settings.TOKEN_REVOCATION = {}
    del settings.TOKEN_REVOCATION
    assert timedelta(hours=1) == conf.settings.PURGE_GRACE


@pytest.mark.trap("T20")
def test_what_a_project_sets_is_read_on_every_access():
    with override_settings(TOKEN_REVOCATION={"AUTHTOKEN_TTL": timedelta(days=1)}):
        assert timedelta(days=1) == settings.AUTHTOKEN_TTL
    with override_settings(TOKEN_REVOCATION={"AUTHTOKEN_TTL": timedelta(days=2)}):
        assert timedelta(days=2) == settings.AUTHTOKEN_TTL


def test_a_setting_may_be_none_where_its_default_is_not():
    with override_settings(TOKEN_REVOCATION={"PURGE_GRACE": None}):
        assert settings.PURGE_GRACE is None


def test_a_name_that_is_no_setting_is_an_error():
    with (
        override_settings(TOKEN_REVOCATION={"FAIL_OPEN": True}),
        pytest.raises(AttributeError, match="FAIL_OPEN"),
    ):
        assert settings.FAIL_OPEN


def test_every_setting_has_a_type_and_a_docstring():
    source = inspect.getsource(Settings)
    explained = re.findall(r'^    ([A-Z_]+): .+\n    """', source, re.MULTILINE)
    assert set(explained) == NAMES
    assert {name for name in vars(Settings) if name.isupper()} == NAMES


def test_there_is_no_way_to_accept_what_nobody_can_answer_for():
    assert not [name for name in NAMES if "OPEN" in name]
