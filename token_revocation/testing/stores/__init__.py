"""What every store promises."""

from __future__ import annotations

from token_revocation.testing.stores.asking import make_token
from token_revocation.testing.stores.facts import Facts
from token_revocation.testing.stores.names import Names
from token_revocation.testing.stores.news import News
from token_revocation.testing.stores.outages import Outages
from token_revocation.testing.stores.threads import Threads

__all__ = ["StoreContract", "make_token"]


class StoreContract(Facts, Names, News, Outages, Threads):
    """What every store promises. ``store`` is its dotted path, as in the setting ``STORE``.

    With a :class:`~django.test.TestCase` everything happens within a transaction. A store that
    remembers only what is committed shows more with a ``TransactionTestCase``.
    """
