"""A login of the matrix: a new user with tokens of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils.module_loading import import_string
from django.utils.text import slugify
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.matrix.kinds import KINDS, IssuedTokens, Kind
from token_revocation.tokens import TokenRef


@dataclass(frozen=True, kw_only=True)
class Login:
    """A new user who has logged in with one kind of token."""

    name: str
    user: Any
    pk: int
    tokens: IssuedTokens
    ref: TokenRef

    @classmethod
    def create(cls, name: str) -> Login:
        """Log in a new user, or skip the test if the package of the kind is missing."""
        kind = KINDS[name]
        if not kind.is_installed:
            pytest.skip(f"{kind.package} is not installed.")
        user = UserFactory()
        tokens = kind.log_in(user)
        ref = import_string(kind.adapter)().resolve(tokens.presented)
        return cls(name=name, user=user, pk=user.pk, tokens=tokens, ref=ref)

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    def path(self, suffix: str) -> str:
        return f"/{slugify(self.name)}/{suffix}"

    def client(self) -> APIClient:
        """Make a client that sends the token of the user."""
        client = APIClient()
        if self.kind.cookie:
            client.cookies[self.kind.cookie] = self.tokens.api
            return client
        client.credentials(HTTP_AUTHORIZATION=f"{self.kind.scheme} {self.tokens.api}")
        return client


def staff_client() -> APIClient:
    """Make an API client authenticated as a superuser."""
    client = APIClient()
    client.force_authenticate(UserFactory(is_staff=True, is_superuser=True))
    return client


def admin_browser() -> Client:
    """Make a client that has logged in to the admin as a superuser."""
    name = UserFactory(is_staff=True, is_superuser=True).username
    client = Client()
    client.post("/admin/login/", {"username": name, "password": "correct horse", "next": "/admin/"})
    return client
