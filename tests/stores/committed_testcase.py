"""A test case whose transactions are committed."""

from __future__ import annotations

from django.test import TransactionTestCase

from token_revocation.models import RevocationState, RevokedToken, TokenCutoff


class CommittedTestCase(TransactionTestCase):
    """Empties only the tables of this package, which is a hundred times as fast as a flush."""

    def _fixture_teardown(self):
        RevokedToken.objects.all().delete()
        TokenCutoff.objects.all().delete()
        RevocationState.objects.all().delete()
