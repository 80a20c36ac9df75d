from __future__ import annotations

import pytest

from tests.factories import AuthTokenFactory


@pytest.fixture
def listed(tmp_path):
    """A file with three tokens in it, and the clients that send them."""
    path = tmp_path / "leaked.txt"
    raws = [AuthTokenFactory().key for _ in range(3)]
    path.write_bytes(b"\n\xff\xfe garbage\r\n" + "\r\n".join(raws).encode() + b"\n" + b"x" * 9999)
    return path, raws
