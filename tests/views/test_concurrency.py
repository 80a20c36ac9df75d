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
    threads.needs_several_connections,
]


def at_once(post):
    """What :func:`post` returns for each of some clients at the same moment."""
    return threads.at_once(lambda: post(APIClient()), threads=THREADS)


def test_one_token_logged_out_at_once_is_one_row_and_every_answer_is_204(token):
    header = f"Token {token.key}"
    answers = at_once(lambda client: client.post("/auth/logout/", HTTP_AUTHORIZATION=header))
    assert [answer.status_code for answer in answers] == [204] * THREADS
    assert RevokedToken.objects.count() == 1


def test_one_token_revoked_at_once_is_one_row_and_every_answer_is_200(token):
    answers = at_once(lambda client: client.post("/auth/revoke/", {"token": token.key}))
    assert [answer.status_code for answer in answers] == [200] * THREADS
    assert RevokedToken.objects.count() == 1


def test_logins_at_once_after_a_cutoff_give_one_new_token(token, user):
    services.revoke_everyone()
    credentials = {"username": user.username, "password": "correct horse"}
    answers = at_once(lambda client: client.post("/auth/login/", credentials))
    assert [answer.status_code for answer in answers] == [200] * THREADS
    given = {answer.json()["token"] for answer in answers}
    assert given == {Token.objects.get().key} != {token.key}
