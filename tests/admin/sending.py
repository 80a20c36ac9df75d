"""The page "Revoke a token", as staff use it."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry

from token_revocation.models import RevokedToken, TokenCutoff

REVOKED = "/admin/token_revocation/revokedtoken/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"


def send(staff, target, typed="", path=REVOKED, **fields):
    form = {"target": target, target: typed} | fields
    return staff.post(f"{path}add/", form, follow=True)


def problems(page):
    return {name: list(texts) for name, texts in page.context["errors"].items()}


def nothing_happened():
    return not (
        RevokedToken.objects.exists() or TokenCutoff.objects.exists() or LogEntry.objects.exists()
    )


def page_of(user, name="change"):
    meta = type(user)._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{user.pk}/{name}/"
