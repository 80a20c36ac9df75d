from __future__ import annotations

import base64
import hashlib
import os
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standards.status_list.vectors import LONG, SHORT, WIDE
from token_revocation.standards.status_list import SPECIFICATION
from token_revocation.standards.status_list._bits import (
    InvalidStatusList,
    compress,
    decompress,
    pack,
    status_at,
)

DRAFT = "draft-ietf-oauth-status-list-20"


def test_specification_is_the_tested_draft():
    assert SPECIFICATION == DRAFT


@pytest.mark.spec(DRAFT, "4.1")
@pytest.mark.parametrize("vector", SHORT, ids=lambda vector: f"{vector['bits']} bits")
def test_short_test_vectors_are_decoded(vector):
    packed = decompress(vector["lst"])
    assert packed.hex() == vector["raw"]
    statuses = [status_at(packed, i, vector["bits"]) for i in range(len(vector["statuses"]))]
    assert statuses == vector["statuses"]


@pytest.mark.spec(DRAFT, "4.1")
@pytest.mark.parametrize("vector", [*LONG, *WIDE], ids=lambda vector: f"{vector['bits']} bits")
def test_long_test_vectors_are_decoded(vector):
    packed = decompress(vector["lst"])
    assert len(packed) == vector["raw_len"]
    assert hashlib.sha256(packed).hexdigest() == vector["raw_sha256"]
    for index, status in vector["statuses"].items():
        assert status_at(packed, index, vector["bits"]) == status


@pytest.mark.spec(DRAFT, "4.1")
@given(st.sets(st.integers(0, 1023)))
def test_packed_list_contains_exactly_the_set_indices(indices):
    packed = decompress(compress(pack(indices, 1024)))
    assert {i for i in range(1024) if status_at(packed, i)} == indices


@pytest.mark.parametrize("index", [-1, 16, 10**30])
def test_index_out_of_range_is_rejected(index):
    with pytest.raises(InvalidStatusList):
        status_at(b"\xff\xff", index)


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "lst",
    [
        None,
        5,
        "",
        "a",
        "!",
        "é",
        "eNrbuRgAAhcBX",
        encoded(b"no zlib"),
        encoded(zlib.compress(b"x" * 99)[:-5]),
    ],
)
def test_malformed_list_is_rejected(lst):
    with pytest.raises(InvalidStatusList):
        decompress(lst)


@given(st.text() | st.binary().map(encoded))
def test_arbitrary_string_is_decoded_or_rejected(lst):
    try:
        decompress(lst, limit=1000)
    except InvalidStatusList:
        return


def test_decompression_bomb_uses_little_memory():
    bomb = encoded(zlib.compress(bytes(2**28), 9))
    tracemalloc.start()
    with pytest.raises(InvalidStatusList):
        decompress(bomb, limit=2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**24


def test_million_tokens_with_1_percent_revoked_compress_to_20_kb():
    packed = pack(random.sample(range(2**20), 10_486), 2**20)
    assert len(compress(packed)) < 20_000


def test_random_bytes_are_rejected():
    with pytest.raises(InvalidStatusList):
        decompress(encoded(os.urandom(1000)))
