from __future__ import annotations

import re

import pytest

pytest.importorskip("drf_spectacular")
pytest.importorskip("drf_spectacular_sidecar")

from example_project.demo.browser import Device
from tests.demonstration import serving_it

DOCS = "/api/docs/"


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    with serving_it(tmp_path_factory.mktemp("swagger")) as served:
        yield Device(served)


def test_nothing_had_to_be_guessed(manage):
    described = manage("spectacular", "--validate", "--fail-on-warn")
    assert described.returncode == 0, described.stderr
    assert "/api/hello/" in described.stdout
    assert "/auth/logout/" in described.stdout


def test_all_that_it_loads_is_served_from_here(device):
    page = device.get(DOCS)
    loaded = re.findall(r'(?:src|<link [^>]*href)="([^"]+)"', page.text)
    assert len(loaded) == 6
    for path in loaded:
        answer = device.get(path)
        assert (path, answer.status) == (path, 200)
        assert not re.search(r"(?:url\(|from |import )['\"]?https?:", answer.text[:20_000])


def test_it_needs_no_script_in_its_text(device):
    page = device.get(DOCS)
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<style|style=|<script>|\son\w+=", page.text)


def test_it_can_be_reached_from_the_demonstration_and_left_again(device):
    assert f'href="{DOCS}"' in device.get("/").text
    assert 'href="/"' in device.get(DOCS).text
