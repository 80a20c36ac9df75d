"""The accounts of the demonstration, and its OAuth client."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from example_project import oauth_client
from example_project.kinds import KINDS, OAUTH

USERS = ("alice", "bob")
ADMINISTRATOR = "admin"
GATEWAY = "gateway"


def create_accounts(password: str) -> None:
    """Create all accounts of the demonstration, or set their password."""
    for name in USERS:
        _create_account(name, password, is_admin=False)
    _create_account(ADMINISTRATOR, password, is_admin=True)
    gateway = _create_account(GATEWAY, password, is_admin=False)
    gateway.user_permissions.add(Permission.objects.get(codename="view_revokedtoken"))
    if OAUTH in KINDS:
        oauth_client.register()


def _create_account(name: str, password: str, *, is_admin: bool) -> Any:
    users = get_user_model().objects
    user = users.filter(username=name).first()
    if user is None:
        user = users.create_user(name, password=password)
    elif not user.check_password(password):
        user.set_password(password)  # This logs the user out everywhere.
    user.is_staff = user.is_superuser = is_admin
    user.is_active = True
    user.save()
    return user
