from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.models import RevokedToken, TokenCutoff

PARTS = ("view_user", "view_revokedtoken")


@pytest.fixture
def alice(transactional_db):
    return AuthTokenFactory(user=UserFactory(username="alice")).user


@pytest.fixture
def viewer(transactional_db):
    viewer = UserFactory(username="vera", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=PARTS))
    return viewer


def section(page):
    return page.get_by_role("region", name="Active tokens")


def path_of(user):
    return f"/admin/auth/user/{user.pk}/change/"


def test_button_revokes_a_token(visit, superuser, alice):
    page = visit(path_of(alice), superuser)
    section(page).get_by_role("button", name="Revoke").click()
    page.get_by_text("was revoked.").wait_for()
    assert RevokedToken.objects.get().user == alice
    assert section(page).get_by_text("No active tokens.").is_visible()


def test_button_logs_out_everywhere(visit, superuser, alice):
    page = visit(path_of(alice), superuser)
    section(page).get_by_role("button", name="Log out everywhere").click()
    page.get_by_text("User alice was logged out everywhere.").wait_for()
    assert TokenCutoff.objects.get().subject_id == str(alice.pk)


def test_viewer_sees_tokens_without_buttons(visit, viewer, alice):
    page = visit(path_of(alice), viewer)
    assert section(page).get_by_role("row").count() == 2
    assert section(page).get_by_role("button").count() == 0


def test_saving_the_user_revokes_nothing(visit, superuser, alice):
    page = visit(path_of(alice), superuser)
    page.get_by_label("First name:").press("Enter")
    page.get_by_text("was changed successfully").wait_for()
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize(
    ("name", "scheme", "language", "direction"),
    [("light", "light", "en", "ltr"), ("dark", "dark", "en", "ltr"), ("rtl", "light", "ar", "rtl")],
)
def test_page_follows_theme_and_language(
    visit, superuser, alice, settings, picture, name, scheme, language, direction
):
    settings.LANGUAGE_CODE = language
    page = visit(path_of(alice), superuser)
    page.emulate_media(color_scheme=scheme)

    style = page.locator(".active-tokens td").first.evaluate(
        "cell => { const {direction, color} = getComputedStyle(cell); return {direction, color} }"
    )
    assert style["direction"] == direction
    red = int(style["color"].strip("rgb()").split(",")[0])
    assert (red > 127) == (scheme == "dark")
    picture(f"admin-user-{name}", ".active-tokens")
