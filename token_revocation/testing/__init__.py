"""Test cases for your own stores and kinds of token.

Each contract is a mixin for :class:`django.test.TestCase`. The stores and adapters of this package
pass the same tests. For example::

    class TestMyStore(StoreContract, TestCase):
        store = "project.revocation.MyStore"

    class TestMyAdapter(AuthenticationContract, TestCase):
        adapter = MyAdapter()
        authentication = RevocableMyAuthentication
        scheme = "Bearer"

        def issue(self, user):
            token = MyToken.objects.create(user=user)
            return token.raw, token

Use :class:`AdapterContract` for a kind without its own authentication class. Use
:func:`host_clock` in tests that stop or set the clock.
"""

from __future__ import annotations

from token_revocation.clock import host_clock
from token_revocation.testing.adapters import AdapterContract
from token_revocation.testing.authentication import AuthenticationContract
from token_revocation.testing.stores import StoreContract, make_token

__all__ = ["AdapterContract", "AuthenticationContract", "StoreContract", "host_clock", "make_token"]
