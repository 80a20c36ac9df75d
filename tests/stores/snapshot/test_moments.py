from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from token_revocation.stores.snapshot.moments import FOREVER, Moments, short, short_of_text, ticks
from token_revocation.tokens import AFTER_ALL_CUTOFFS, BEFORE_ALL_CUTOFFS, name_key

MILLION = 1_000_000


def entries(count, seed=1):
    source = random.Random(seed)  # noqa: S311 - numbers, no secrets
    return [(source.getrandbits(64), source.getrandbits(44) or 1) for _ in range(count)]


@pytest.fixture(scope="module")
def million():
    moments = Moments(MILLION)
    spread = 0x9E3779B97F4A7C15  # The golden ratio: distinct keys, far from each other.
    moments.put((number * spread % (1 << 64), FOREVER) for number in range(MILLION))
    return moments


def test_what_was_put_is_found():
    moments = Moments(0)
    put = dict(entries(5000))
    moments.put(put.items())
    assert {key: moments.latest(key) for key in put} == put
    assert len(moments) == 5000


def test_what_was_not_put_has_no_moment():
    moments = Moments(0)
    moments.put(entries(5000))
    assert [moments.latest(key) for key, _ in entries(1000, seed=2)] == [0] * 1000


@pytest.mark.parametrize("order", [(3, 9), (9, 3), (9, 9)])
def test_the_latest_moment_of_a_key_counts(order):
    moments = Moments(0)
    moments.put([(7, moment) for moment in order])
    assert moments.latest(7) == 9
    assert len(moments) == 1


def test_keys_that_want_the_same_slot_are_told_apart_also_at_the_end_of_the_table():
    moments = Moments(0)
    top = (1 << 64) - 1
    keys = [top - number for number in range(300)]
    moments.put((key, number + 1) for number, key in enumerate(keys))
    assert [moments.latest(key) for key in keys] == list(range(1, 301))
    assert moments.latest(top - 300) == 0


def test_it_says_when_it_gets_crowded():
    moments = Moments(0)
    moments.put(entries(95_000))
    assert not moments.is_crowded
    moments.put(entries(5_000, seed=2))
    assert moments.is_crowded


def test_a_million_entries_take_fourteen_bytes_each(million):
    """Sixteen are promised; an array that has grown sets more aside than it needs."""
    assert million.memory / len(million) < 14.01
    assert not million.is_crowded


class Counting(list):
    """Slots that count how often one is looked at."""

    looks = 0

    def __getitem__(self, index):
        self.looks += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("known", [True, False])
def test_a_look_up_looks_at_few_slots(million, monkeypatch, known):
    """What it takes by the clock is measured by ``python -m benchmarks.snapshot``."""
    slots = Counting(million._slots)
    spread = 0x9E3779B97F4A7C15 if known else 0xD1B54A32D192ED03
    monkeypatch.setattr(million, "_slots", slots)
    for number in range(10_000):
        million.latest(number * spread % (1 << 64))
    assert slots.looks < 5 * 10_000


def test_few_keys_are_taken_for_others(million):
    strangers = [key for key, _ in entries(100_000, seed=-1)]
    assert sum(million.latest(key) > 0 for key in strangers) < 10


def test_a_key_is_the_same_however_it_is_spelt():
    key = name_key("token", "kind", "issuer", "identifier")
    assert short(key) == short_of_text(str(key)) == short_of_text(key.hex)


def test_no_bit_of_a_short_key_is_always_the_same():
    always, never = (1 << 64) - 1, 0
    for number in range(200):
        key = short(name_key(str(number)))
        always, never = always & key, never | key
    assert (always, never) == (0, (1 << 64) - 1)


def test_ticks_keep_the_order_of_moments():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [BEFORE_ALL_CUTOFFS - timedelta(days=1), BEFORE_ALL_CUTOFFS]
    moments += [start + timedelta(microseconds=step * 100) for step in range(20)]
    moments += [AFTER_ALL_CUTOFFS]
    found = [ticks(moment) for moment in moments]
    assert found == sorted(found)
    assert (found[0], found[1], found[-1]) == (1, 1, FOREVER)
    assert len(set(found)) > 8


def test_a_short_key_has_sixty_four_bits():
    assert short(uuid.UUID(int=(1 << 128) - 1)) == (1 << 64) - 1
