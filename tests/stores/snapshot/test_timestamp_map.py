from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from token_revocation._keys import short_name_key
from token_revocation.stores.snapshot._timestamp_map import (
    FOREVER,
    TimestampMap,
    short_key_from_hex,
    to_ticks,
)
from token_revocation.tokens import AFTER_ALL_CUTOFFS, BEFORE_ALL_CUTOFFS, Subject, TokenRef

MILLION = 1_000_000


def entries(count, seed=1):
    source = random.Random(seed)
    return [(source.getrandbits(64), source.getrandbits(44) or 1) for _ in range(count)]


@pytest.fixture(scope="module")
def million():
    timestamps = TimestampMap(MILLION)
    spread = 0x9E3779B97F4A7C15  # The golden ratio: distinct keys, far from each other.
    timestamps.update((number * spread % (1 << 64), FOREVER) for number in range(MILLION))
    return timestamps


def test_stored_timestamps_are_found():
    timestamps = TimestampMap(0)
    put = dict(entries(5000))
    timestamps.update(put.items())
    assert {key: timestamps.get(key) for key in put} == put
    assert len(timestamps) == 5000


def test_unknown_keys_have_no_timestamp():
    timestamps = TimestampMap(0)
    timestamps.update(entries(5000))
    assert [timestamps.get(key) for key, _ in entries(1000, seed=2)] == [0] * 1000


@pytest.mark.parametrize("order", [(3, 9), (9, 3), (9, 9)])
def test_the_latest_timestamp_of_a_key_is_kept(order):
    timestamps = TimestampMap(0)
    timestamps.update([(7, moment) for moment in order])
    assert timestamps.get(7) == 9
    assert len(timestamps) == 1


def test_colliding_keys_are_distinguished_at_the_end_of_the_table():
    timestamps = TimestampMap(0)
    top = (1 << 64) - 1
    keys = [top - number for number in range(300)]
    timestamps.update((key, number + 1) for number, key in enumerate(keys))
    assert [timestamps.get(key) for key in keys] == list(range(1, 301))
    assert timestamps.get(top - 300) == 0


def test_is_full_depends_on_the_load_factor():
    timestamps = TimestampMap(0)
    timestamps.update(entries(95_000))
    assert not timestamps.is_full
    timestamps.update(entries(5_000, seed=2))
    assert timestamps.is_full


def test_a_million_entries_take_fourteen_bytes_each(million):
    """The documentation promises 16 bytes."""
    assert million.memory_bytes / len(million) < 14.01
    assert not million.is_full


class CountingSlots(list):
    """Slots that count their reads."""

    reads = 0

    def __getitem__(self, index):
        self.reads += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("known", [True, False])
def test_a_lookup_reads_few_slots(million, monkeypatch, known):
    """``python -m benchmarks.snapshot`` measures the time."""
    slots = CountingSlots(million._slots)
    spread = 0x9E3779B97F4A7C15 if known else 0xD1B54A32D192ED03
    monkeypatch.setattr(million, "_slots", slots)
    for number in range(10_000):
        million.get(number * spread % (1 << 64))
    assert slots.reads < 5 * 10_000


def test_few_unknown_keys_match_another_key(million):
    unknown = [key for key, _ in entries(100_000, seed=-1)]
    assert sum(million.get(key) > 0 for key in unknown) < 10


def test_a_short_key_is_the_same_for_every_spelling():
    token = TokenRef(
        kind="kind", identifier="a", issuer="issuer", subjects=(Subject.session("\ud800"),)
    )
    assert token.short_keys == tuple(short_key_from_hex(str(key)) for key in token.keys)
    assert token.short_keys == tuple(short_key_from_hex(key.hex) for key in token.keys)


def test_no_bit_of_a_short_key_is_constant():
    always, never = (1 << 64) - 1, 0
    for number in range(200):
        key = short_name_key(str(number))
        always, never = always & key, never | key
    assert (always, never) == (0, (1 << 64) - 1)


def test_ticks_keep_the_order_of_times():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [BEFORE_ALL_CUTOFFS - timedelta(days=1), BEFORE_ALL_CUTOFFS]
    moments += [start + timedelta(microseconds=step * 100) for step in range(20)]
    moments += [AFTER_ALL_CUTOFFS]
    found = [to_ticks(moment) for moment in moments]
    assert found == sorted(found)
    assert (found[0], found[1], found[-1]) == (1, 1, FOREVER)
    assert len(set(found)) > 8


def test_a_short_key_has_64_bits():
    assert short_key_from_hex("f" * 32) == (1 << 64) - 1
