from __future__ import annotations

import pytest

from tests.factories import AuthTokenFactory


@pytest.fixture
def listed(tmp_path):
    """A file with three tokens and other lines, and the raw tokens."""
    path = tmp_path / "leaked.txt"
    raws = [AuthTokenFactory().key for _ in range(3)]
    path.write_bytes(b"\n\xff\xfe garbage\r\n" + "\r\n".join(raws).encode() + b"\n" + b"x" * 9999)
    return path, raws
