"""A statement whose transaction the database undoes is done all the same, and once."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.db import connection

from tests.standards.signing import usual
from tests.standards.test_odd_statements import event, logout, revocation
from tests.undoing import Undoing, deadlock
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services.transactions import TIMES
from token_revocation.standards.backchannel_logout import EVENT
from token_revocation.standards.event_receiver import SESSION_REVOKED

RECEIVERS = {logout: EVENT, event: SESSION_REVOKED, revocation: "none"}


@pytest.mark.usefixtures("idp")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("receiver", RECEIVERS, ids=lambda receiver: receiver.__name__)
def test_it_is_begun_again(client, jwk, user, receiver):
    about = {"sub": user.username, "sub_id": {"format": "opaque", "id": str(user.pk)}}
    claims = {"exp": time.time() + 60, "events": {RECEIVERS[receiver]: {}}, **usual(), **about}
    undoing = Undoing(TIMES - 1, deadlock())
    with connection.execute_wrapper(undoing):
        answer = receiver(client, jwk, claims)
    assert answer.status_code < 300, answer.content
    assert undoing.begun > TIMES - 1
    assert (TokenCutoff.objects.count(), RevokedToken.objects.count()) == (1, 1)
