from __future__ import annotations

import re

import pytest

pytest.importorskip("drf_spectacular")
pytest.importorskip("drf_spectacular_sidecar")

from example_project.demo.device import Device
from tests.demonstration import serve_demonstration

DOCS = "/api/docs/"


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    with serve_demonstration(tmp_path_factory.mktemp("swagger")) as served:
        yield Device(served)


def test_schema_has_no_warnings(manage):
    process = manage("spectacular", "--validate", "--fail-on-warn")
    assert process.returncode == 0, process.stderr
    assert "/api/hello/" in process.stdout
    assert "/auth/logout/" in process.stdout


def test_all_files_of_swagger_ui_are_local(device):
    page = device.get(DOCS)
    paths = re.findall(r'(?:src|<link [^>]*href)="([^"]+)"', page.text)
    assert len(paths) == 6
    for path in paths:
        response = device.get(path)
        assert (path, response.status) == (path, 200)
        assert not re.search(r"(?:url\(|from |import )['\"]?https?:", response.text[:20_000])


def test_swagger_ui_has_nothing_inline(device):
    page = device.get(DOCS)
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<style|style=|<script>|\son\w+=", page.text)


def test_swagger_ui_and_demonstration_link_to_each_other(device):
    assert f'href="{DOCS}"' in device.get("/").text
    assert 'href="/"' in device.get(DOCS).text
