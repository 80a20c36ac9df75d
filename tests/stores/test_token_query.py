"""Managers whose queries can be compiled once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import UserManager
from django.db.models import Manager, QuerySet

from token_revocation.stores._token_query import MANAGER_METHODS, has_default_queries


class ExtendedManager(Manager):
    """Adds a method, and finds the same rows."""

    def newest(self):
        return self.latest("pk")


class CustomQuerySet(QuerySet):
    """A custom queryset, which may filter."""


def manager_overriding(name):
    return type("OverridingManager", (Manager,), {name: lambda self, *args, **kwargs: None})


@pytest.mark.parametrize("manager", [Manager, UserManager, ExtendedManager])
def test_managers_with_default_queries(manager):
    assert has_default_queries(manager())


@pytest.mark.parametrize(
    "manager",
    [
        *map(manager_overriding, MANAGER_METHODS),
        Manager.from_queryset(CustomQuerySet),
        CustomQuerySet.as_manager,
        object,
    ],
)
def test_managers_with_other_queries(manager):
    assert not has_default_queries(manager())
