"""What a class makes of a token of DRF, and by how many queries."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.authentication.asking import request_with
from token_revocation.contrib.authtoken import RevocableTokenAuthentication


def result_of(authentication, raw):
    return authentication().authenticate(request_with(f"Token {raw}"))


def queries_of(authentication, raw):
    result_of(authentication, raw)
    with CaptureQueriesContext(connection) as captured:
        result_of(authentication, raw)
    return len(captured)


def with_model(token_model, base=RevocableTokenAuthentication):
    class Authentication(base):
        model = token_model

    return Authentication


def public(instance):
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.fields}
