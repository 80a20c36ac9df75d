"""Ways to end a token of one session."""

from __future__ import annotations

import pytest

from token_revocation import services
from token_revocation.tokens import Subject

SESSION = Subject.session("s")

VERBS = {
    "token": services.revoke,
    "session": lambda token: services.revoke_session(SESSION.id),
    "everyone": lambda token: services.revoke_everyone(),
}

with_every_ending = pytest.mark.parametrize("end", VERBS.values(), ids=VERBS)
