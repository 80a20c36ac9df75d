"""Paths of admin pages, and requests to the "Revoke tokens" page."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry

from token_revocation.models import RevokedToken, TokenCutoff

REVOKED = "/admin/token_revocation/revokedtoken/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"


def submit(staff_client, target, text="", path=REVOKED, **fields):
    form = {"target": target, target: text} | fields
    return staff_client.post(f"{path}add/", form, follow=True)


def form_errors(page):
    return {name: list(texts) for name, texts in page.context["errors"].items()}


def nothing_is_stored():
    return not (
        RevokedToken.objects.exists() or TokenCutoff.objects.exists() or LogEntry.objects.exists()
    )


def user_path(user, name="change"):
    meta = type(user)._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{user.pk}/{name}/"
