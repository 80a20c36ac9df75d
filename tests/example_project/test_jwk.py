from __future__ import annotations

import stat

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from example_project.jwk import signing_key


def test_key_is_created_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "key.json"
    key = signing_key(path)
    assert signing_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (key["alg"], key["crv"]) == ("ES256", "P-256")
