from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import UserFactory


@pytest.fixture
def staff_client(db):
    """Return a function that logs in staff with permissions (``app_label.codename``)."""

    def log_in(*permissions, **attributes):
        staff = UserFactory(is_staff=True, **attributes)
        for permission in permissions:
            app_label, codename = permission.split(".")
            staff.user_permissions.add(
                Permission.objects.get(content_type__app_label=app_label, codename=codename)
            )
        client = Client()
        client.force_login(staff)
        client.staff = staff
        return client

    return log_in


@pytest.fixture
def superuser_client(staff_client):
    return staff_client(is_superuser=True)
