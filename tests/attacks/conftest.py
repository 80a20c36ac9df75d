from __future__ import annotations

import pytest

from tests.admin.conftest import staff_client, superuser_client  # noqa: F401
from tests.standards.conftest import idp, jwk  # noqa: F401


@pytest.fixture
def short_timeouts(monkeypatch):
    """Shorten the timeouts of requests to other servers."""
    standards = "token_revocation.standards"
    monkeypatch.setattr(f"{standards}._remote_document.TIMEOUT_SECONDS", 2.0)
    monkeypatch.setattr(f"{standards}._remote_value.MAX_WAIT_SECONDS", 0.3)
