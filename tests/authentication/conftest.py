from __future__ import annotations

import pytest

from token_revocation import services
from token_revocation.signals import revoked_token_used


@pytest.fixture
def header(token):
    """What a client sends that holds ``token``."""
    return f"Token {token.key}"


@pytest.fixture
def cut_off(header):
    """The header of a token that is stored, and before a cutoff."""
    services.revoke_everyone()
    return header


@pytest.fixture
def heard():
    """What ``revoked_token_used`` told."""
    told = []

    def hear(**kwargs):
        told.append(kwargs)

    revoked_token_used.connect(hear)
    yield told
    revoked_token_used.disconnect(hear)
