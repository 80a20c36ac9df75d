"""A list says what is in force: a revocation that is deleted is gone when it is read again."""

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
from token_revocation.standards.status_list import documents  # noqa: E402

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]

ENDINGS = {
    "token": services.revoke,
    "session": lambda token: services.revoke_session(token.subject("session").id),
    "user": lambda token: services.revoke_all(get_user_model()(pk=token.subject("user").id)),
    "everyone": lambda token: services.revoke_everyone(),
}


@pytest.fixture(autouse=True)
def _reading(monkeypatch):
    """As a minute later."""
    monkeypatch.setattr(documents, "REREAD", 0)


def in_force():
    """The one row that ends the token."""
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
@pytest.mark.parametrize("end", ENDINGS)
@pytest.mark.parametrize(
    "withdraw", [restored_by_code, deleted_in_the_admin, deleted_by_other_code]
)
def test_the_next_list_says_valid_again(look, token, end, withdraw):
    UserFactory(username="staff", is_staff=True, is_superuser=True)
    before = look()
    ENDINGS[end](token)
    ended = look()
    withdraw(in_force())
    assert (before, ended, look()) == (0, 1, 0)


def test_what_something_else_ends_as_well_stays_ended(look, token):
    services.revoke(token)
    services.revoke_everyone()
    services.restore(RevokedToken.objects.get())
    assert look() == 1
