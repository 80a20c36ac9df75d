"""A user who has logged in, and what can be done to that login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils.module_loading import import_string
from django.utils.text import slugify
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.matrix.kinds import KINDS, Held, Kind
from token_revocation.tokens import TokenRef


@dataclass(frozen=True, kw_only=True)
class Login:
    """One user, of one kind of token."""

    name: str
    user: Any
    pk: int
    held: Held
    ref: TokenRef

    @classmethod
    def of(cls, name: str) -> Login:
        """Log a new user in; without the package of this kind the test is skipped."""
        kind = KINDS[name]
        if not kind.is_here:
            pytest.skip(f"{kind.package} is not installed.")
        user = UserFactory()
        held = kind.log_in(user)
        ref = import_string(kind.adapter)().read(held.presented)
        return cls(name=name, user=user, pk=user.pk, held=held, ref=ref)

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    def path(self, end: str) -> str:
        return f"/{slugify(self.name)}/{end}"

    def client(self) -> APIClient:
        """What the user does."""
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"{self.kind.scheme} {self.held.api}")
        return client


def officer() -> APIClient:
    """What staff do, by the API."""
    client = APIClient()
    client.force_authenticate(UserFactory(is_staff=True, is_superuser=True))
    return client


def browser() -> Client:
    """What staff do, in the admin, where they have logged in by the form."""
    name = UserFactory(is_staff=True, is_superuser=True).username
    client = Client()
    client.post("/admin/login/", {"username": name, "password": "correct horse", "next": "/admin/"})
    return client
