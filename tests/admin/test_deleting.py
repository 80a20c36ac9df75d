"""Making a token work again takes a permission of its own; clearing away does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.utils import timezone

from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing.databases import failing_database
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
def test_each_takes_its_permission(staff_client, permissions, expired, live):
    client = staff_client(VIEW, *permissions)
    rows = {revoked("old", expired=True): expired, revoked("new"): live}
    for row, status in rows.items():
        assert client.get(f"{REVOKED}{row.pk}/delete/").status_code == status
        assert delete(client, row).status_code == status
        assert RevokedToken.objects.filter(pk=row.pk).exists() == (status == 403)


def test_a_row_within_the_grace_of_the_purge_is_still_in_force(staff_client):
    row = revoked("just expired")
    RevokedToken.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert delete(staff_client(DELETE), row).status_code == 403


def test_the_page_says_what_it_means(superuser_client):
    services.revoke_session("s1")
    cutoff = f"{CUTOFFS}{TokenCutoff.objects.get().pk}/delete/"
    old, new = revoked("old", expired=True), revoked("new")

    assert "whoever holds the token can use it again" in (
        superuser_client.get(f"{REVOKED}{new.pk}/delete/").text
    )
    assert "can be used again" in superuser_client.get(cutoff).text
    assert "again" not in superuser_client.get(f"{REVOKED}{old.pk}/delete/").text


def test_it_is_in_the_admin_log(superuser_client):
    row = revoked("new")
    delete(superuser_client, row)
    entry = LogEntry.objects.get()
    assert (entry.action_flag, entry.object_repr) == (DELETION, str(row))


def test_a_cutoff_is_deleted_and_its_tokens_work_again(superuser_client, holder, user):
    services.revoke_session("s1")
    delete(superuser_client, TokenCutoff.objects.get(), CUTOFFS)
    assert not TokenCutoff.objects.exists()


def test_of_a_selection_only_what_has_expired_is_deleted(superuser_client):
    old, new = revoked("old", expired=True), revoked("new")

    question = delete_selected(superuser_client, old, new).text
    assert str(old) in question
    assert str(new) not in question
    delete_selected(superuser_client, old, new, post="yes")

    assert list(RevokedToken.objects.all()) == [new]
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [str(old)]


def test_of_a_selection_in_force_nothing_is_deleted(superuser_client):
    page = delete_selected(superuser_client, revoked("new"), post="yes")
    assert "None of these has expired" in page.text
    assert RevokedToken.objects.exists()


def test_a_viewer_is_offered_neither(staff_client):
    row = revoked("old", expired=True)
    client = staff_client(VIEW)
    assert "delete_selected" not in client.get(REVOKED).text
    delete_selected(client, row, post="yes")
    assert RevokedToken.objects.exists()


@pytest.mark.parametrize("words", [("DELETE FROM", "revokedtoken"), ("INSERT INTO", "admin_log")])
def test_an_outage_deletes_nothing_and_is_said(superuser_client, words):
    old, new = revoked("old", expired=True), revoked("new")
    with failing_database(*words):
        pages = [
            delete(superuser_client, new),
            delete_selected(superuser_client, old, post="yes"),
        ]
    assert all("Revocation is temporarily unavailable." in page.text for page in pages)
    assert RevokedToken.objects.count() == 2
    assert not LogEntry.objects.exists()
