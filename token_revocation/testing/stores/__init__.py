"""The contract of stores."""

from __future__ import annotations

from token_revocation.testing.stores._invalidations import InvalidationTests
from token_revocation.testing.stores._lookups import make_token
from token_revocation.testing.stores._outages import OutageTests
from token_revocation.testing.stores._revocations import RevocationTests
from token_revocation.testing.stores._threads import ThreadTests
from token_revocation.testing.stores._token_shapes import TokenShapeTests

__all__ = ["StoreContract", "make_token"]


class StoreContract(RevocationTests, TokenShapeTests, InvalidationTests, OutageTests, ThreadTests):
    """Tests of a store.

    Set ``store`` to its dotted path and ``store_options`` to its options, as in the settings
    ``STORE`` and ``STORE_OPTIONS``. Override ``update_store()`` if the store sees commits only
    after a refresh.

    In a :class:`~django.test.TestCase`, everything is in one transaction. Use
    :class:`~django.test.TransactionTestCase` for a store that caches committed results only.
    """
