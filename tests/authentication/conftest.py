from __future__ import annotations

import pytest

from token_revocation import services


@pytest.fixture
def header(token):
    """The ``Authorization`` header with ``token``."""
    return f"Token {token.key}"


@pytest.fixture
def rejected_header(header):
    """The ``Authorization`` header with a stored token that a cutoff rejects."""
    services.revoke_everyone()
    return header
