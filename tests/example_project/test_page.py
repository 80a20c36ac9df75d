from __future__ import annotations

import re

import pytest

from example_project.demo.browser import Device
from example_project.kinds import JWT, KINDS
from tests.demonstration import PASSWORD, serving_it


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    with serving_it(tmp_path_factory.mktemp("demo")) as served:
        yield served


def log_in(origin, name):
    device = Device(origin)
    answer = device.post("/auth/login/", username=name, password=PASSWORD)
    device.token = answer.data["token"]
    return device


def test_the_page_allows_its_own_files_and_nothing_else(origin):
    page = Device(origin).get("/")
    assert page.status == 200
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert not re.search(r"unsafe|https?:|\*", " ".join(policy))


def test_the_page_needs_nothing_that_the_policy_forbids(origin):
    text = Device(origin).get("/").text
    assert not re.search(r"<style|style=|<script>|\son\w+=", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_every_file_of_the_page_is_served(origin):
    device = Device(origin)
    paths = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', device.get("/").text))
    modules = re.findall(r'from "\./(\w+\.js)"', "".join(device.get(path).text for path in paths))
    paths |= {f"/static/example_project/{module}" for module in modules}
    assert len(paths) >= 6
    assert {device.get(path).status for path in paths} == {200}


def test_the_kinds_that_are_installed_can_be_chosen(origin):
    names = re.findall(r'name="kind" value="(\w+)"', Device(origin).get("/").text)
    assert names == [kind.name for kind in KINDS]
    assert names[0] == ("simplejwt" if JWT in KINDS else "authtoken")


def test_the_state_shows_what_is_active_and_what_ended(origin):
    phone = log_in(origin, "alice")
    before = phone.get("/demonstration/state/").data
    phone.post("/auth/logout/")
    after = phone.get("/demonstration/state/").data
    (shown,) = (token for token in before["tokens"] if token["user"] == "alice")
    assert shown["kind"] == "authtoken"
    assert shown not in after["tokens"]
    ended = after["endings"][0]
    assert (ended["fingerprint"], ended["reason"]) == (shown["fingerprint"], "logged out")
    assert (after["store"], after["staleness_bound"]) == ("DatabaseStore", 0)


def test_the_state_holds_nothing_that_can_be_used(origin):
    phone = log_in(origin, "bob")
    assert phone.token not in phone.get("/demonstration/state/").text
