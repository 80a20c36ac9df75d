"""The messages of a push, which other processes must not have to trust."""

from __future__ import annotations

from base64 import b64encode

import pytest

from token_revocation.stores.snapshot._messages import (
    MAX_ENTRIES,
    READ_ALL,
    Message,
    decode,
    encode,
)
from token_revocation.stores.snapshot._timestamp_map import FOREVER

NAMESPACE = "0123456789abcdef" * 2


def entries(count):
    return [(number << 32, FOREVER) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, MAX_ENTRIES])
def test_a_message_is_read_as_it_was_written(count):
    message = Message(NAMESPACE, entries(count))
    assert decode(encode(message)) == message


def test_a_message_with_too_many_entries_has_none():
    assert decode(encode(Message(NAMESPACE, entries(MAX_ENTRIES + 1)))) == Message(NAMESPACE, [])


def test_the_longest_message_fits_into_a_notification_of_postgresql():
    text = encode(Message(NAMESPACE, entries(MAX_ENTRIES)))
    assert text.isascii()
    assert len(text) < 2500


@pytest.mark.parametrize(
    "text",
    [
        "",
        "refresh",
        ":" * 3,
        f"{NAMESPACE}:?",
        f"{NAMESPACE}:é",
        f"{NAMESPACE}:AAAA",
        f"{NAMESPACE}:{b64encode(bytes(17)).decode()}",
        "\x00\ufffd:\ufffd",
    ],
)
def test_an_invalid_message_makes_the_receiver_read_the_database(text):
    assert decode(text) == READ_ALL
