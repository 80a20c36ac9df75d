"""Bulk deletions take at most twice the queries that they take without this app."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.receivers import bulk_deletions
from token_revocation.models import RevokedToken

pytestmark = pytest.mark.django_db

COUNT = 250
CONSTANT = 30

INSTALLED = {
    "rest_framework.authtoken": "token_revocation.contrib.authtoken.AuthTokenAdapter",
    "knox": "token_revocation.contrib.knox.KnoxAdapter",
    "oauth2_provider": "token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
    "rest_framework_simplejwt": "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
}


@pytest.fixture(autouse=True)
def _all_kinds(settings):
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": [path for package, path in INSTALLED.items() if find_spec(package)],
        "AUTHTOKEN_TTL": bulk_deletions.YEAR / 2,
    }
    settings.OAUTH2_PROVIDER = {"REFRESH_TOKEN_EXPIRE_SECONDS": 3600}


def of_one_user(make):
    def prepare(*, expired):
        (user,) = bulk_deletions.make_users(1)
        make(COUNT, expired=expired, user=user)
        return user.delete

    return prepare


def of_one_client(*, expired):
    _, client = bulk_deletions.oauth_tokens(COUNT, expired=expired)
    return client.delete


def rows(make, delete):
    def prepare(*, expired):
        make(COUNT, expired=expired)
        return delete()

    return prepare


def model(label):
    return lambda: bulk_deletions.delete_all(label)


def command(name):
    return lambda: bulk_deletions.call(name)


def in_admin(label):
    return lambda: bulk_deletions.delete_in_admin(label)


CASES = {
    "tokens of DRF": (None, rows(bulk_deletions.drf_tokens, model("authtoken.Token")), COUNT),
    "tokens of DRF by their proxy": (
        None,
        rows(bulk_deletions.drf_tokens, model("authtoken.TokenProxy")),
        COUNT,
    ),
    "their users": (None, rows(bulk_deletions.drf_tokens, model("auth.User")), COUNT),
    "their users in the admin": (
        None,
        rows(bulk_deletions.drf_tokens, in_admin("auth.User")),
        COUNT,
    ),
    "tokens of knox": ("knox", rows(bulk_deletions.knox_tokens, model("knox.AuthToken")), COUNT),
    "tokens of knox in the admin": (
        "knox",
        rows(bulk_deletions.knox_tokens, in_admin("knox.AuthToken")),
        COUNT,
    ),
    "a user of knox": ("knox", of_one_user(bulk_deletions.knox_tokens), COUNT),
    "outstanding tokens": (
        "rest_framework_simplejwt",
        rows(bulk_deletions.outstanding_tokens, model("token_blacklist.OutstandingToken")),
        0,
    ),
    "flushexpiredtokens": (
        "rest_framework_simplejwt",
        rows(bulk_deletions.outstanding_tokens, command("flushexpiredtokens")),
        0,
    ),
    "access tokens": (
        "oauth2_provider",
        rows(bulk_deletions.oauth_tokens, model("oauth2_provider.AccessToken")),
        COUNT,
    ),
    "refresh tokens": (
        "oauth2_provider",
        rows(bulk_deletions.oauth_tokens, model("oauth2_provider.RefreshToken")),
        COUNT,
    ),
    "ID tokens and their access tokens": (
        "oauth2_provider",
        rows(bulk_deletions.oauth_tokens, model("oauth2_provider.IDToken")),
        2 * COUNT,
    ),
    "grants": (
        "oauth2_provider",
        rows(bulk_deletions.oauth_tokens, model("oauth2_provider.Grant")),
        0,
    ),
    "cleartokens": (
        "oauth2_provider",
        rows(bulk_deletions.oauth_tokens, command("cleartokens")),
        0,
    ),
    "a user of OAuth Toolkit": (
        "oauth2_provider",
        of_one_user(bulk_deletions.oauth_tokens),
        3 * COUNT,
    ),
    "a client": ("oauth2_provider", of_one_client, 3 * COUNT),
}


def queries_of(delete):
    with CaptureQueriesContext(connection) as captured:
        delete()
    return len(captured)


@pytest.mark.trap("T40")
@pytest.mark.parametrize("expired", [True, False], ids=["expired", "in force"])
@pytest.mark.parametrize("name", CASES)
def test_bulk_deletion_takes_few_more_queries(name, expired):
    package, prepare, recorded = CASES[name]
    if package:
        pytest.importorskip(package)
    delete = prepare(expired=expired)
    with bulk_deletions.no_receivers(), bulk_deletions.rolled_back():
        before = queries_of(delete)
    assert queries_of(reload_instance(delete)) <= 2 * before + CONSTANT
    assert RevokedToken.objects.count() == (0 if expired else recorded)


def reload_instance(delete):
    """Load the instance of ``delete`` again, because deletion removed its primary key."""
    instance = getattr(delete, "__self__", None)
    return delete if instance is None else type(instance).objects.get().delete
