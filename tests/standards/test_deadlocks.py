"""Receivers of JWTs retry aborted transactions, and apply each JWT once."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.db import connection

from tests.deadlocks import AbortedInserts, mysql_deadlock
from tests.standards.jwts import default_claims
from tests.standards.test_malformed_jwts import (
    post_event,
    post_global_revocation,
    post_logout_token,
)
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services._transactions import MAX_ATTEMPTS
from token_revocation.standards.backchannel_logout import EVENT
from token_revocation.standards.event_receiver import SESSION_REVOKED

RECEIVERS = {post_logout_token: EVENT, post_event: SESSION_REVOKED, post_global_revocation: "none"}


@pytest.mark.usefixtures("idp")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("receiver", RECEIVERS, ids=lambda receiver: receiver.__name__)
def test_revocation_by_a_jwt_is_retried_after_a_deadlock(client, jwk, user, receiver):
    about = {"sub": user.username, "sub_id": {"format": "opaque", "id": str(user.pk)}}
    claims = {
        "exp": time.time() + 60,
        "events": {RECEIVERS[receiver]: {}},
        **default_claims(),
        **about,
    }
    undoing = AbortedInserts(MAX_ATTEMPTS - 1, mysql_deadlock())
    with connection.execute_wrapper(undoing):
        answer = receiver(client, jwk, claims)
    assert answer.status_code < 300, answer.content
    assert undoing.attempts > MAX_ATTEMPTS - 1
    assert (TokenCutoff.objects.count(), RevokedToken.objects.count()) == (1, 1)
