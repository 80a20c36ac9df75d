"""Deletion of expired revocations, and of revocations in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.utils import timezone

from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import TokenRef

REVOKED = "/admin/token_revocation/revokedtoken/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"
DELETE = "token_revocation.delete_revokedtoken"
RESTORE = "token_revocation.restore_revokedtoken"
VIEW = "token_revocation.view_revokedtoken"


def revoked(identifier, expired=False):
    services.revoke(TokenRef(kind="x", identifier=identifier))
    row = RevokedToken.objects.get(identifier=identifier)
    if expired:
        row.expires_at = timezone.now() - timedelta(days=1)
        row.save()
    return row


def delete(client, row, path=REVOKED):
    return client.post(f"{path}{row.pk}/delete/", {"post": "yes"}, follow=True)


def delete_selected(client, *rows, **confirmed):
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    return client.post(REVOKED, chosen | confirmed, follow=True)


@pytest.mark.parametrize(
    ("permissions", "expired", "live"),
    [([], 403, 403), ([DELETE], 200, 403), ([RESTORE], 403, 200), ([DELETE, RESTORE], 200, 200)],
)
def test_deletion_requires_the_matching_permission(staff_client, permissions, expired, live):
    client = staff_client(VIEW, *permissions)
    rows = {revoked("old", expired=True): expired, revoked("new"): live}
    for row, status in rows.items():
        assert client.get(f"{REVOKED}{row.pk}/delete/").status_code == status
        assert delete(client, row).status_code == status
        assert RevokedToken.objects.filter(pk=row.pk).exists() == (status == 403)


def test_row_within_purge_grace_period_is_in_force(staff_client):
    row = revoked("just expired")
    RevokedToken.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert delete(staff_client(DELETE), row).status_code == 403


def test_confirmation_page_explains_the_consequence(superuser_client):
    services.revoke_session("s1")
    cutoff = f"{CUTOFFS}{TokenCutoff.objects.get().pk}/delete/"
    old, new = revoked("old", expired=True), revoked("new")

    assert "the token is accepted again" in (
        superuser_client.get(f"{REVOKED}{new.pk}/delete/").text
    )
    assert "are accepted again" in superuser_client.get(cutoff).text
    assert "again" not in superuser_client.get(f"{REVOKED}{old.pk}/delete/").text


def test_deletion_is_logged(superuser_client):
    row = revoked("new")
    delete(superuser_client, row)
    entry = LogEntry.objects.get()
    assert (entry.action_flag, entry.object_repr) == (DELETION, str(row))


def test_cutoff_is_deleted(superuser_client, holder, user):
    services.revoke_session("s1")
    delete(superuser_client, TokenCutoff.objects.get(), CUTOFFS)
    assert not TokenCutoff.objects.exists()


def test_action_deletes_only_expired_rows(superuser_client):
    old, new = revoked("old", expired=True), revoked("new")

    question = delete_selected(superuser_client, old, new).text
    assert str(old) in question
    assert str(new) not in question
    delete_selected(superuser_client, old, new, post="yes")

    assert list(RevokedToken.objects.all()) == [new]
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [str(old)]


def test_action_keeps_rows_in_force(superuser_client):
    page = delete_selected(superuser_client, revoked("new"), post="yes")
    assert "No selected revocation has expired." in page.text
    assert RevokedToken.objects.exists()


def test_viewer_cannot_delete_rows(staff_client):
    row = revoked("old", expired=True)
    client = staff_client(VIEW)
    assert "delete_selected" not in client.get(REVOKED).text
    delete_selected(client, row, post="yes")
    assert RevokedToken.objects.exists()


@pytest.mark.parametrize("words", [("DELETE FROM", "revokedtoken"), ("INSERT INTO", "admin_log")])
def test_failed_deletion_shows_an_error(superuser_client, words):
    old, new = revoked("old", expired=True), revoked("new")
    with failing_database(*words):
        pages = [
            delete(superuser_client, new),
            delete_selected(superuser_client, old, post="yes"),
        ]
    assert all("Revocation is temporarily unavailable." in page.text for page in pages)
    assert RevokedToken.objects.count() == 2
    assert not LogEntry.objects.exists()
