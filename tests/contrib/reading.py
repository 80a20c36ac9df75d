"""What a class makes of a token of DRF, and by how many queries."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.authentication.asking import request_with


def result_of(authentication, raw):
    return authentication().authenticate(request_with(f"Token {raw}"))


def queries_of(authentication, raw):
    result_of(authentication, raw)
    with CaptureQueriesContext(connection) as captured:
        result_of(authentication, raw)
    return len(captured)
