"""A process of its own: ``python -m tests.remembering.child VERB RAW``; the rest as in the other."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from tests.stores.child import MOST, say, set_up


def answers(raw):
    """The number of queries of one request after the other, and the time before it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.authentication.asking import request_with
    from token_revocation.contrib.authtoken import RevocableTokenAuthentication

    end = time.monotonic() + MOST
    while time.monotonic() < end:
        began = time.monotonic()
        with CaptureQueriesContext(connection) as captured:
            RevocableTokenAuthentication().authenticate(request_with(f"Token {raw}"))
        yield began, len(captured)
        time.sleep(0.001)


def watch(raw):
    """Say when the token was accepted last."""
    from rest_framework.exceptions import AuthenticationFailed

    next(queries for _, queries in answers(raw) if queries == 0)
    say(ready=True)
    accepted = float("inf")
    try:
        for accepted, _ in answers(raw):  # noqa: B007
            pass
    except AuthenticationFailed:
        return say(accepted=accepted)
    return say(accepted=float("inf"))


def token_of(raw):
    from rest_framework.authtoken.models import Token

    return Token.objects.get(key=raw)


def revoke(raw):
    from token_revocation import services

    services.revoke(services.read(raw))


def deactivate(raw):
    user = token_of(raw).user
    user.is_active = False
    user.save()


def change_password(raw):
    user = token_of(raw).user
    user.set_password("another")
    user.save()


def delete(raw):
    token_of(raw).user.delete()


def main(verb, raw):
    set_up()
    from django.conf import settings

    settings.TOKEN_REVOCATION["REMEMBER"] = timedelta(minutes=1)
    if verb == "watch":
        return watch(raw)
    {each.__name__: each for each in (revoke, deactivate, change_password, delete)}[verb](raw)
    return say(committed=time.monotonic())


if __name__ == "__main__":
    main(*sys.argv[1:])
