from __future__ import annotations

from datetime import timedelta

import pytest

from token_revocation._checks import check_token_revocation

SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"
DATABASE = "token_revocation.stores.database.DatabaseStore"
SECONDS = timedelta(seconds=10)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"STORE": SNAPSHOT, "AUTHENTICATION_CACHE_TTL": SECONDS}, []),
        ({"STORE": SNAPSHOT, "AUTHENTICATION_CACHE_TTL": 10}, ["E004"]),
        ({"STORE": SNAPSHOT, "AUTHENTICATION_CACHE_TTL": timedelta(0)}, ["E004"]),
        ({"STORE": SNAPSHOT, "AUTHENTICATION_CACHE_TTL": timedelta(seconds=61)}, ["W030"]),
        ({"STORE": DATABASE, "AUTHENTICATION_CACHE_TTL": SECONDS}, ["W031"]),
        (
            {"STORE": SNAPSHOT, "AUTHENTICATION_CACHE_TTL": SECONDS, "REVOKE_ON": ["deletion"]},
            ["W032"],
        ),
        ({"STORE": DATABASE, "REVOKE_ON": []}, []),
    ],
)
def test_a_useless_or_excessive_ttl_is_reported(settings, values, expected):
    settings.TOKEN_REVOCATION = values
    found = [message.id.removeprefix("token_revocation.") for message in check_token_revocation()]
    assert found == expected
