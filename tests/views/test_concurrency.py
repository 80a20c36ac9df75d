from __future__ import annotations

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests import threads
from token_revocation import services
from token_revocation.models import RevokedToken

THREADS = 4

pytestmark = [
    pytest.mark.django_db(transaction=True),
    threads.requires_concurrent_connections,
]


def run_concurrently(post):
    """Return what ``post`` returns for several clients at the same time."""
    return threads.run_in_threads(lambda: post(APIClient()), threads=THREADS)


def test_concurrent_logouts_store_one_row(token):
    header = f"Token {token.key}"
    answers = run_concurrently(
        lambda client: client.post("/auth/logout/", HTTP_AUTHORIZATION=header)
    )
    assert [answer.status_code for answer in answers] == [204] * THREADS
    assert RevokedToken.objects.count() == 1


def test_concurrent_revocations_store_one_row(token):
    answers = run_concurrently(lambda client: client.post("/auth/revoke/", {"token": token.key}))
    assert [answer.status_code for answer in answers] == [200] * THREADS
    assert RevokedToken.objects.count() == 1


def test_concurrent_logins_after_a_cutoff_issue_one_token(token, user):
    services.revoke_everyone()
    credentials = {"username": user.username, "password": "correct horse"}
    answers = run_concurrently(lambda client: client.post("/auth/login/", credentials))
    assert [answer.status_code for answer in answers] == [200] * THREADS
    given = {answer.json()["token"] for answer in answers}
    assert given == {Token.objects.get().key} != {token.key}
