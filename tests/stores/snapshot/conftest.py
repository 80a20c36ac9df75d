from __future__ import annotations

import pytest
from django.db import connection

from tests.stores.snapshot.lines import Line
from token_revocation.stores.snapshot.numbering import last_revision


@pytest.fixture
def line(transactional_db):
    """A second connection to the database."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks the whole database, and no row of it")
    last_revision("default")  # Makes the row that both would wait for.
    line = Line()
    yield line
    line.close()
