"""The baseline."""

from __future__ import annotations

from rest_framework.authentication import TokenAuthentication

from benchmarks.contestants.base import BASELINE, Contestant
from benchmarks.users import authtoken_headers

CONTESTANTS = [
    Contestant(
        name=BASELINE, authentication=TokenAuthentication, issue=authtoken_headers, served=True
    ),
]
