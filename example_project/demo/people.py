"""Who is there: two users, an administrator, a gateway that may read what ended, and a client."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from example_project import oauth_client
from example_project.kinds import KINDS, OAUTH

USERS = ("alice", "bob")
ADMINISTRATOR = "admin"
GATEWAY = "gateway"


def settle(password: str) -> None:
    """Make them, or give those of an earlier run this password."""
    for name in USERS:
        _settle(name, password, is_admin=False)
    _settle(ADMINISTRATOR, password, is_admin=True)
    gateway = _settle(GATEWAY, password, is_admin=False)
    gateway.user_permissions.add(Permission.objects.get(codename="view_revokedtoken"))
    if OAUTH in KINDS:
        oauth_client.register()


def _settle(name: str, password: str, *, is_admin: bool) -> Any:
    users = get_user_model().objects
    user = users.filter(username=name).first()
    if user is None:
        user = users.create_user(name, password=password)
    elif not user.check_password(password):
        user.set_password(password)  # Which logs them out everywhere.
    user.is_staff = user.is_superuser = is_admin
    user.is_active = True
    user.save()
    return user
