from __future__ import annotations

import stat

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from example_project.signing_key import signing_key


def test_it_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "key.json"
    made = signing_key(path)
    assert signing_key(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (made["alg"], made["crv"]) == ("ES256", "P-256")
