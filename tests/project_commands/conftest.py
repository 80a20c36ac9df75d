from __future__ import annotations

import os

import pytest
from django.db import connections

from tests.project_commands.project import Project


@pytest.fixture
def project(tmp_path, django_db_blocker):
    """A project with its own empty database."""
    suffix = os.environ.get("TOKEN_REVOCATION_TEST_SUFFIX", "")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"token_revocation_project{suffix}{worker}"
    reused = [f"test_{name}_gw{number}" for number in range(4)]
    project = Project(tmp_path, name)
    with django_db_blocker.unblock():
        is_server = connections["default"].vendor != "sqlite"
        if is_server:
            _execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        yield project
        if is_server:
            _execute(*(f"DROP DATABASE IF EXISTS {database}" for database in (name, *reused)))


def _execute(*statements):
    connection = connections["default"]
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
