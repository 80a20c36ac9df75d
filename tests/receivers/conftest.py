from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.tokens import Subject, TokenRef


@pytest.fixture
def device(user):
    """A stateless token of the user, such as a JWT."""
    subject = Subject.user(user.pk)
    return TokenRef(kind="device", identifier="1", subjects=(subject,), issued_at=timezone.now())


@pytest.fixture
def cutoff_reasons(holder, device):
    """Return the reasons of the cutoffs, and check that they reject the user's tokens."""

    def reasons():
        found = list(TokenCutoff.objects.order_by("pk").values_list("reason", flat=True))
        is_rejected = holder.get("/protected/").status_code == 401
        assert services.is_revoked(device) is is_rejected is bool(found)
        return found

    return reasons


@pytest.fixture
def rolled_back():
    """Call a function in a transaction that is rolled back."""

    def call(function, *args):
        with transaction.atomic():
            function(*args)
            transaction.set_rollback(True)

    return call
