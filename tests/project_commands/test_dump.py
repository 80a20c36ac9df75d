"""Dumped revocations have the same effect in another database."""

from __future__ import annotations

import json

import pytest

PREPARE = """
    import json
    from django.contrib.auth.models import User
    from rest_framework.authtoken.models import Token
    from token_revocation import services
    from token_revocation.contrib.authtoken import AuthTokenAdapter
    from token_revocation.models import RevokedToken, TokenCutoff

    boss = User.objects.create_superuser("boss")
    for name in ("gone", "out", "raw", "in"):
        Token.objects.create(user=User.objects.create_user(name))
    adapter = AuthTokenAdapter()
    services.revoke_all(User.objects.get(username="raw"), revoked_by=boss)
    services.revoke(adapter.identify(Token.objects.get(user__username="gone")), revoked_by=boss)
    User.objects.get(username="gone").delete()
    # What a restored backup would bring back: a token from before its cutoff.
    token = Token.objects.get(user__username="out")
    services.revoke_all(token.user)
    Token.objects.bulk_create([token])
    # Without a signal, as raw SQL.
    User.objects.filter(username="raw")._raw_delete("default")
"""

STATE = """
    import json
    from django.contrib.auth.models import User
    from rest_framework.authtoken.models import Token
    from token_revocation import services
    from token_revocation.contrib.authtoken import AuthTokenAdapter
    from token_revocation.models import RevokedToken, TokenCutoff

    names = dict(User.objects.values_list("pk", "username"))
    revoked = {
        name: services.is_revoked(AuthTokenAdapter().identify(token))
        for token in Token.objects.all() if (name := names.get(token.user_id))
    }
    print(json.dumps({
        "revoked": revoked,
        "tokens": RevokedToken.objects.count(),
        "cutoffs": TokenCutoff.objects.count(),
        "out": [str(c.user) for c in TokenCutoff.objects.filter(user__username="out")],
        "keys": [c.subject_id for c in TokenCutoff.objects.filter(user__username="out")],
        "pk": [str(pk) for pk, name in names.items() if name == "out"],
        "by": sorted(str(row.revoked_by) for row in RevokedToken.objects.all()),
    }))
"""

RENUMBER = """
    from django.contrib.auth.models import User
    for name in "abcdefgh":
        User.objects.create_user(name)
    User.objects.all().delete()
"""

OPTIONS = [
    [],
    ["--natural-foreign"],
    ["--natural-foreign", "--natural-primary"],
]


@pytest.mark.parametrize("options", OPTIONS, ids=["plain", "foreign", "primary"])
def test_loaded_dump_has_same_revocations(project, options):
    project.start(kinds=["rest_framework.authtoken"])
    project.manage("migrate", "-v0")
    project.run(PREPARE)
    before = json.loads(project.run(STATE))
    assert before["revoked"] == {"out": True, "in": False}
    excluded = ["-e", "contenttypes", "-e", "auth.permission", "-e", "sessions"]
    project.manage("dumpdata", *options, *excluded, "-o", "dump.json")
    project.manage("flush", "--no-input", "-v0")
    if "--natural-primary" in options:
        project.run(RENUMBER)
        project.run(
            "from token_revocation.models import TokenCutoff as C; C.objects.all().delete()"
        )
    project.manage("loaddata", "dump.json", "-v0")
    after = json.loads(project.run(STATE))
    assert after["keys"] == after["pk"]
    if "--natural-primary" in options:
        assert after.pop("pk") != before.pop("pk")
        assert after.pop("keys") != before.pop("keys")
    assert after == before
