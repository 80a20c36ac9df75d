"""Deleted revocations: the next status list reports the token as valid."""

from __future__ import annotations

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from tests.factories import UserFactory  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.models import RevokedToken, TokenCutoff  # noqa: E402
from token_revocation.standards.status_list import _tokens  # noqa: E402

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]

REVOCATIONS = {
    "token": services.revoke,
    "session": lambda token: services.revoke_session(token.subject("session").id),
    "user": lambda token: services.revoke_all(get_user_model()(pk=token.subject("user").id)),
    "everyone": lambda token: services.revoke_everyone(),
}


@pytest.fixture(autouse=True)
def _always_rebuild(monkeypatch):
    """Rebuild the list at every check, as after a minute."""
    monkeypatch.setattr(_tokens, "REBUILD_INTERVAL_SECONDS", 0)


def revoking_row():
    """Return the row that revokes the token."""
    return next(found for m in (RevokedToken, TokenCutoff) if (found := m.objects.first()))


def restored_by_code(row):
    services.restore(row)


def deleted_in_the_admin(row):
    staff = get_user_model().objects.get(username="staff")
    browser = Client()
    browser.force_login(staff)
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_delete", args=[row.pk])
    assert browser.post(page, {"post": "yes"}).status_code == 302


def deleted_by_other_code(row):
    type(row).objects.all().delete()


@pytest.mark.spec(DRAFT, "7")
@pytest.mark.parametrize("revocation", REVOCATIONS)
@pytest.mark.parametrize("restore", [restored_by_code, deleted_in_the_admin, deleted_by_other_code])
def test_restored_token_is_valid_in_the_next_list(read_status, token, revocation, restore):
    UserFactory(username="staff", is_staff=True, is_superuser=True)
    before = read_status()
    REVOCATIONS[revocation](token)
    revoked = read_status()
    restore(revoking_row())
    assert (before, revoked, read_status()) == (0, 1, 0)


def test_token_revoked_twice_stays_revoked_after_one_restore(read_status, token):
    services.revoke(token)
    services.revoke_everyone()
    services.restore(RevokedToken.objects.get())
    assert read_status() == 1
