from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.tokens import Subject, TokenRef


@pytest.fixture
def device(user):
    """A token of the user's that nobody stores here, as a JWT is."""
    subject = Subject.user(user.pk)
    return TokenRef(kind="device", identifier="1", subjects=(subject,), issued_at=timezone.now())


@pytest.fixture
def ended(holder, device):
    """Why the tokens of the user were ended: one reason for each cutoff."""

    def reasons():
        found = list(TokenCutoff.objects.order_by("pk").values_list("reason", flat=True))
        refused = holder.get("/protected/").status_code == 401
        assert services.is_revoked(device) is refused is bool(found)
        return found

    return reasons


@pytest.fixture
def rolled_back():
    """Do something in a transaction that is taken back."""

    def undo(verb, *args):
        with transaction.atomic():
            verb(*args)
            transaction.set_rollback(True)

    return undo
