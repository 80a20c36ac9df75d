"""Tests in which things really commit."""

from __future__ import annotations

from django.test import TransactionTestCase

from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff


class CommittedTestCase(TransactionTestCase):
    """Leaves our tables empty; flushing all of the others takes a hundred times as long."""

    def _fixture_teardown(self):
        RevokedToken.objects.all().delete()
        TokenCutoff.objects.all().delete()
        Bookkeeping.objects.all().delete()
