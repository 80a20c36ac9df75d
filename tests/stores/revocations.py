"""The ways to revoke a token of one session."""

from __future__ import annotations

import pytest

from token_revocation import services
from token_revocation.tokens import Subject

SESSION = Subject.session("s")

REVOCATIONS = {
    "token": services.revoke,
    "session": lambda token: services.revoke_session(SESSION.id),
    "everyone": lambda token: services.revoke_everyone(),
}

with_each_revocation = pytest.mark.parametrize("revoke", REVOCATIONS.values(), ids=REVOCATIONS)
