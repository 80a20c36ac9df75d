from __future__ import annotations

import re

import pytest

from example_project.demo.device import Device
from example_project.kinds import DRF, JWT, KINDS
from tests.demonstration import PASSWORD, serve_demonstration


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    with serve_demonstration(tmp_path_factory.mktemp("demo")) as served:
        yield served


def log_in(origin, name):
    device = Device(origin)
    answer = device.post("/auth/login/", username=name, password=PASSWORD)
    device.token = answer.data["token"]
    return device


def test_policy_allows_only_files_of_the_server(origin):
    page = Device(origin).get("/")
    assert page.status == 200
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert not re.search(r"unsafe|https?:|\*", " ".join(policy))


def test_page_has_nothing_inline_or_external(origin):
    text = Device(origin).get("/").text
    assert not re.search(r"<style|style=|<script>|\son\w+=", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_all_files_of_the_page_are_served(origin):
    device = Device(origin)
    paths = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', device.get("/").text))
    modules = re.findall(r'from "\./(\w+\.js)"', "".join(device.get(path).text for path in paths))
    paths |= {f"/static/example_project/{module}" for module in modules}
    assert len(paths) >= 6
    assert {device.get(path).status for path in paths} == {200}


def test_installed_kinds_can_be_chosen(origin):
    names = re.findall(r'name="kind" value="(\w+)"', Device(origin).get("/").text)
    assert names == [kind.name for kind in KINDS]
    assert names[0] == ("simplejwt" if JWT in KINDS else "authtoken")


def test_state_shows_active_sessions_and_revocations(origin):
    phone = log_in(origin, "alice")
    before = phone.get("/demonstration/state/").data
    phone.post("/auth/logout/")
    after = phone.get("/demonstration/state/").data
    (shown,) = (session for session in before["sessions"] if session["user"] == "alice")
    assert shown["kind"] == DRF.label
    assert shown not in after["sessions"]
    revocation = after["revocations"][0]
    assert (revocation["fingerprint"], revocation["reason"]) == (shown["fingerprint"], "logged out")
    assert (after["store"], after["staleness_bound"]) == ("DatabaseStore", 0)


def test_browser_is_logged_in_by_its_page(origin):
    browser = Device(origin)
    assert 'data-user=""' in browser.get("/").text
    browser.submit("/account/login/", username="bob", password=PASSWORD)
    assert 'data-user="bob"' in browser.get("/").text
    cookie = next(c.value for c in browser.cookies if c.name == "sessionid")
    state = browser.get("/demonstration/state/")
    kinds = [session["kind"] for session in state.data["sessions"] if session["user"] == "bob"]
    assert "browser" in kinds
    assert cookie not in state.text


def test_login_page_has_nothing_inline(origin):
    page = Device(origin).get("/account/login/?next=/account/sessions/")
    assert not re.search(r"<style|style=|<script|\son\w+=", page.text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_state_contains_no_usable_token(origin):
    phone = log_in(origin, "bob")
    assert phone.token not in phone.get("/demonstration/state/").text
