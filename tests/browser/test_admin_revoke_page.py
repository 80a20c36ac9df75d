from __future__ import annotations

import pytest

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.models import RevokedToken, TokenCutoff

REVOKED = "/admin/token_revocation/revokedtoken/"


def choose(page, label):
    page.get_by_role("radio", name=label, exact=True).check()


def revoke(page):
    page.get_by_role("button", name="Revoke", exact=True).click()


@pytest.fixture
def form(visit, superuser):
    page = visit(REVOKED, superuser)
    page.get_by_role("link", name="Revoke tokens").click()
    return page


def test_pasted_token_is_revoked_and_not_rendered(form, picture):
    token = AuthTokenFactory()

    choose(form, "A token")
    picture("admin-form")
    form.get_by_label("Token:").fill(token.key)
    form.get_by_label("Note:").fill("Seen in a screenshot")
    revoke(form)

    form.get_by_text("was revoked.").wait_for()
    assert token.key not in form.content()
    assert RevokedToken.objects.get().note == "Seen in a screenshot"


def test_only_the_field_of_the_target_is_visible(form):
    choose(form, "All tokens of a session")
    assert form.get_by_label("Session:").is_visible()
    assert not form.get_by_label("Token:").is_visible()
    choose(form, "All tokens (everyone)")
    assert form.get_by_label("Confirmation:").is_visible()
    assert not form.get_by_label("Session:").is_visible()


def test_user_is_logged_out(form):
    UserFactory(username="alice")
    choose(form, "All tokens of a user")
    form.get_by_label("User:").fill("alice")
    revoke(form)
    form.get_by_text("User alice was logged out everywhere.").wait_for()
    assert TokenCutoff.objects.get().subject_type == "user"


def test_everyone_requires_confirmation(form):
    choose(form, "All tokens (everyone)")
    revoke(form)
    form.get_by_text("This field is required.").wait_for()
    form.get_by_label("Confirmation:").fill("everyone")
    revoke(form)
    form.get_by_text("All tokens issued until now were revoked: everyone.").wait_for()
    assert TokenCutoff.objects.get().subject_type == "everyone"
