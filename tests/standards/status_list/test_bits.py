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
from token_revocation.standards.status_list.bits import Invalid, compress, expand, pack, status_at

DRAFT = "draft-ietf-oauth-status-list-20"


def test_the_document_is_named_in_one_place():
    assert SPECIFICATION == DRAFT


@pytest.mark.spec(DRAFT, "4.1")
@pytest.mark.parametrize("vector", SHORT, ids=lambda vector: f"{vector['bits']} bits")
def test_a_short_list_of_the_specification_is_read(vector):
    packed = expand(vector["lst"])
    assert packed.hex() == vector["raw"]
    statuses = [status_at(packed, i, vector["bits"]) for i in range(len(vector["statuses"]))]
    assert statuses == vector["statuses"]


@pytest.mark.spec(DRAFT, "4.1")
@pytest.mark.parametrize("vector", [*LONG, *WIDE], ids=lambda vector: f"{vector['bits']} bits")
def test_a_long_list_of_the_specification_is_read(vector):
    packed = expand(vector["lst"])
    assert len(packed) == vector["raw_len"]
    assert hashlib.sha256(packed).hexdigest() == vector["raw_sha256"]
    for index, status in vector["statuses"].items():
        assert status_at(packed, index, vector["bits"]) == status


@pytest.mark.spec(DRAFT, "4.1")
@given(st.sets(st.integers(0, 1023)))
def test_what_is_packed_is_what_is_set_and_nothing_else(indices):
    packed = expand(compress(pack(indices, 1024)))
    assert {i for i in range(1024) if status_at(packed, i)} == indices


@pytest.mark.parametrize("index", [-1, 16, 10**30])
def test_an_index_out_of_range_is_refused(index):
    with pytest.raises(Invalid):
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
def test_what_is_no_list_is_refused(lst):
    with pytest.raises(Invalid):
        expand(lst)


@given(st.text() | st.binary().map(encoded))
def test_no_string_breaks_the_decoder(lst):
    try:
        expand(lst, limit=1000)
    except Invalid:
        return


def test_a_list_that_inflates_without_end_takes_no_memory():
    bomb = encoded(zlib.compress(bytes(2**28), 9))
    tracemalloc.start()
    with pytest.raises(Invalid):
        expand(bomb, limit=2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**24


def test_a_million_with_one_in_a_hundred_revoked_is_small():
    packed = pack(random.sample(range(2**20), 10_486), 2**20)
    assert len(compress(packed)) < 20_000


def test_random_bytes_are_no_list():
    with pytest.raises(Invalid):
        expand(encoded(os.urandom(1000)))
