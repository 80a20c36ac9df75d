"""Checks of PREPARE_STATEMENTS, which has no effect or loses statements in some projects."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DEFAULT_DB_ALIAS, connections

from token_revocation._checks.prepared_statements import check_prepared_statements


@pytest.fixture
def found_with(settings, monkeypatch):
    """Return id and message of each warning with a database, whatever that of the tests is."""
    settings.TOKEN_REVOCATION = {"PREPARE_STATEMENTS": True}

    def found(*, vendor="postgresql", driver="psycopg", binds=False, port=5432, has_pooler=False):
        wrapper = connections[DEFAULT_DB_ALIAS]
        monkeypatch.setattr(wrapper, "vendor", vendor)
        monkeypatch.setattr(wrapper, "Database", SimpleNamespace(__name__=driver))
        monkeypatch.setattr(wrapper.features, "uses_server_side_binding", binds, raising=False)
        monkeypatch.setitem(wrapper.settings_dict, "PORT", port)
        monkeypatch.setitem(wrapper.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", has_pooler)
        return [(each.id.rpartition(".")[2], each.msg) for each in check_prepared_statements()]

    return found


def test_a_direct_connection_passes(found_with):
    assert found_with() == []


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ({"driver": "psycopg2"}, "psycopg 3"),
        ({"binds": True}, "server_side_binding"),
        ({"has_pooler": True}, "DISABLE_SERVER_SIDE_CURSORS"),
    ],
)
def test_a_setting_without_effect_is_a_warning(found_with, database, reason):
    ((number, message),) = found_with(**database)
    assert number == "W033"
    assert reason in message


@pytest.mark.parametrize("port", [6432, "6432", "6543"])
def test_the_port_of_a_pooler_is_a_warning(found_with, port):
    ((number, message),) = found_with(port=port)
    assert number == "W034"
    assert str(port) in message


def test_another_database_ignores_the_setting(found_with):
    assert found_with(vendor="sqlite", port=6432) == []


def test_nothing_is_checked_without_the_setting(found_with, settings):
    settings.TOKEN_REVOCATION = {}
    assert found_with(port=6432) == []
