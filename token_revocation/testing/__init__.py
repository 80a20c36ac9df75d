"""Contracts for stores and kinds of token of your own; ours pass the same tests.

Each is a mixin for :class:`django.test.TestCase`::

    class TestMyStore(StoreContract, TestCase):
        store = "project.revocation.MyStore"

    class TestMyAdapter(AuthenticationContract, TestCase):
        adapter = MyAdapter()
        authentication = RevocableMyAuthentication
        scheme = "Bearer"

        def issue(self, user):
            token = MyToken.objects.create(user=user)
            return token.raw, token

:class:`AdapterContract` alone is for a kind without an authentication class of its own.
"""

from __future__ import annotations

from token_revocation.testing.adapters import AdapterContract
from token_revocation.testing.authentication import AuthenticationContract
from token_revocation.testing.stores import StoreContract, make_token

__all__ = ["AdapterContract", "AuthenticationContract", "StoreContract", "make_token"]
