"""Which managers are left out, because the project's own decide which rows there are."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import UserManager
from django.db.models import Manager, QuerySet

from token_revocation.stores.joined import ASKED, is_stock


class Helpful(Manager):
    """Can do more than Django's, and finds the same."""

    def newest(self):
        return self.latest("pk")


class Narrow(QuerySet):
    """Of the project."""


def overriding(name):
    return type("Overriding", (Manager,), {name: lambda self, *args, **kwargs: None})


@pytest.mark.parametrize("manager", [Manager, UserManager, Helpful])
def test_who_finds_the_same_is_stock(manager):
    assert is_stock(manager())


@pytest.mark.parametrize(
    "manager", [*map(overriding, ASKED), Manager.from_queryset(Narrow), Narrow.as_manager, object]
)
def test_who_may_find_otherwise_is_not(manager):
    assert not is_stock(manager())
