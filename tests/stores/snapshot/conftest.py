from __future__ import annotations

import pytest
from django.db import connection

from tests.stores.snapshot.second_connection import SecondConnection
from token_revocation.stores.snapshot._revisions import last_revision


@pytest.fixture
def second_connection(transactional_db):
    """A second connection to the database."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no row locks")
    last_revision("default")  # Creates the row, for which both connections would wait.
    second = SecondConnection()
    yield second
    second.close()
