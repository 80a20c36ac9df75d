"""Migrations of the project create users while the database is being migrated."""

from __future__ import annotations

import json

import pytest

HISTORICAL = """
    User = apps.get_model("auth", "User")
    for name in ("kept", "changed", "inactive", "deleted"):
        User.objects.create(username=name, password="old")
    for user in User.objects.exclude(username="kept"):
        user.password = "new"
        user.save()
    inactive = User.objects.get(username="inactive")
    inactive.is_active = False
    inactive.save(update_fields=["is_active"])
    User.objects.get(username="deleted").delete()
"""

REAL = """
    from django.contrib.auth import get_user_model
    users = get_user_model().objects
    for name in ("kept", "changed", "inactive"):
        users.create_user(name, password="old")
    changed = users.get(username="changed")
    changed.set_password("new")
    changed.save()
    users.filter(username="inactive").update(is_active=False)
    gone = users.create_superuser("gone")
    gone.is_active = False
    gone.save()
    {delete}
"""

COUNT = """
    import json
    from django.contrib.auth.models import User
    from token_revocation.models import RevokedToken, TokenCutoff
    print(json.dumps([User.objects.count(), TokenCutoff.objects.count()]))
"""


@pytest.mark.trap("T40")
@pytest.mark.parametrize(
    "lines", [HISTORICAL, REAL.format(delete="pass")], ids=["historical", "real"]
)
@pytest.mark.parametrize("is_before", [True, False], ids=["before us", "after us"])
def test_migration_can_create_users(project, lines, is_before):
    project.start()
    latest = ("token_revocation", "0002_tokencutoff_session_user")
    places = (
        {"before": [("token_revocation", "0001_initial")]}
        if is_before
        else {"after": f"{latest!r}, ('authtoken', '0001_initial')"}
    )
    project.migration(lines, **places)
    assert "OK" in project.manage("migrate")
    users, cutoffs = json.loads(project.run(COUNT))
    assert users == (3 if lines is HISTORICAL else 4)
    assert bool(cutoffs) is not is_before
    assert "No changes" in project.manage("makemigrations", "--check", "--dry-run")


def test_migration_can_delete_user_by_real_model(project):
    project.start(kinds=())
    initial = ("token_revocation", "0001_initial")
    project.migration(REAL.format(delete="gone.delete()"), before=[initial])
    project.manage("migrate", "-v0")
    assert json.loads(project.run(COUNT)) == [3, 0]
