from __future__ import annotations

import pytest

from token_revocation import services


@pytest.fixture
def header(token):
    """What a client sends that holds ``token``."""
    return f"Token {token.key}"


@pytest.fixture
def cut_off(header):
    """The header of a token that is stored, and before a cutoff."""
    services.revoke_everyone()
    return header
