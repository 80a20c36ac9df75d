"""What the others are measured by."""

from __future__ import annotations

from rest_framework.authentication import TokenAuthentication

from benchmarks.contestants.base import BASELINE, Contestant
from benchmarks.people import authtoken_headers

CONTESTANTS = [
    Contestant(
        name=BASELINE, authentication=TokenAuthentication, issue=authtoken_headers, served=True
    ),
]
