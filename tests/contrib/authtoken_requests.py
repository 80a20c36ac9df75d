"""Authentication with a token of DRF, and the number of its queries."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.authentication.requests import request_with
from token_revocation.contrib.authtoken import RevocableTokenAuthentication


def authenticate_with(authentication, raw):
    return authentication().authenticate(request_with(f"Token {raw}"))


def count_queries(authentication, raw):
    authenticate_with(authentication, raw)
    with CaptureQueriesContext(connection) as captured:
        authenticate_with(authentication, raw)
    return len(captured)


def authentication_class_for(token_model, base=RevocableTokenAuthentication):
    class Authentication(base):
        model = token_model

    return Authentication


def get_values(instance):
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.fields}
