from __future__ import annotations

import stat

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from example_project.signing_key import public_part, signing_key


def test_it_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "key.json"
    made = signing_key(path)
    assert signing_key(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (made["alg"], made["crv"]) == ("ES256", "P-256")


def test_what_is_public_cannot_sign(tmp_path):
    assert set(public_part(signing_key(tmp_path / "key.json"))) == {
        *("alg", "crv", "kid", "kty", "use", "x", "y")
    }
