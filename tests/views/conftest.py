from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from tests.factories import UserFactory


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True)


@pytest.fixture
def may_log_out_users(db):
    """The permission that ``users/{id}/revoke/`` requires."""
    return Permission.objects.get(
        content_type__app_label="token_revocation", codename="add_tokencutoff"
    )


@pytest.fixture
def officer(staff, may_log_out_users):
    """A client of staff with the permission to log users out."""
    staff.user_permissions.add(may_log_out_users)
    client = APIClient()
    client.force_authenticate(staff)
    return client
