from __future__ import annotations

from datetime import timedelta

import pytest

from token_revocation.checks import check_token_revocation

SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"
DATABASE = "token_revocation.stores.database.DatabaseStore"
SECONDS = timedelta(seconds=10)


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ({"STORE": SNAPSHOT, "REMEMBER": SECONDS}, []),
        ({"STORE": SNAPSHOT, "REMEMBER": 10}, ["E004"]),
        ({"STORE": SNAPSHOT, "REMEMBER": timedelta(0)}, ["E004"]),
        ({"STORE": SNAPSHOT, "REMEMBER": timedelta(seconds=61)}, ["W030"]),
        ({"STORE": DATABASE, "REMEMBER": SECONDS}, ["W031"]),
        ({"STORE": SNAPSHOT, "REMEMBER": SECONDS, "REVOKE_ON": ["deletion"]}, ["W032"]),
        ({"STORE": DATABASE, "REVOKE_ON": []}, []),
    ],
)
def test_what_is_remembered_in_vain_or_for_too_long_is_found(settings, ours, expected):
    settings.TOKEN_REVOCATION = ours
    found = [message.id.removeprefix("token_revocation.") for message in check_token_revocation()]
    assert found == expected
