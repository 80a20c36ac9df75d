from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from playwright.sync_api import expect

from example_project.demo.device import Device
from tests.browser.admin import log_in_to_admin, run_action
from tests.demonstration import PASSWORD

PAGES = {
    "accesstoken": ["Revoke selected tokens", "Revoke selected access tokens"],
    "refreshtoken": ["Revoke selected tokens", "Revoke selected refresh tokens"],
}


@pytest.fixture
def log_in(origin):
    """Return a function that logs alice in, and returns a device and its tokens."""

    def grant():
        device = Device(origin, scheme="Bearer")
        asked = {"grant_type": "password", "username": "alice", "password": PASSWORD}
        given = device.post("/o/token/", client_id="demonstration", **asked).data
        device.token = given["access_token"]
        return device, (given["access_token"], given["refresh_token"])

    return grant


@pytest.fixture
def _no_earlier_tokens(log_in):
    """Revoke all tokens of earlier tests."""
    log_in()[0].post("/auth/logout/all/")


@pytest.mark.parametrize(
    ("model", "action"), [(model, action) for model, actions in PAGES.items() for action in actions]
)
@pytest.mark.usefixtures("_no_earlier_tokens")
def test_action_revokes_the_selected_tokens(page, origin, log_in, model, action):
    spared, _ = log_in()
    chosen, raws = log_in()  # The list has the newest first.
    path = f"{origin}/admin/oauth2_provider/{model}/"
    page.goto(path)
    log_in_to_admin(page)
    assert not [raw for raw in raws if raw in page.content()]

    run_action(page, "alice", action)

    page.get_by_text("1 token was revoked.").or_(page.get_by_text("Revoked 1")).wait_for()
    answers = [device.get("/api/hello/") for device in (chosen, spared)]
    assert [answer.status for answer in answers] == [401, 200]
    assert answers[0].data["code"] == "token_revoked"
    page.goto(f"{origin}/admin/token_revocation/revokedtoken/")
    row = page.locator("#result_list tbody tr").first
    expect(row).to_contain_text("oauth2_provider")
    expect(row).to_contain_text("alice")
