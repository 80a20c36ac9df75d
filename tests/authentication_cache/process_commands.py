"""Commands of a test process: ``python -m tests.authentication_cache.process_commands COMMAND RAW``.

The environment variables are those of :mod:`tests.stores.process_commands`.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from tests.stores.process_commands import TIMEOUT_SECONDS, set_up, write_message


def authentications(raw):
    """Repeat a request; yield the time before each, and its number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.authentication.requests import request_with
    from token_revocation.contrib.authtoken import RevocableTokenAuthentication

    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        started_at = time.monotonic()
        with CaptureQueriesContext(connection) as captured:
            RevocableTokenAuthentication().authenticate(request_with(f"Token {raw}"))
        yield started_at, len(captured)
        time.sleep(0.001)


def watch(raw):
    """Write the time when the token was accepted last."""
    from rest_framework.exceptions import AuthenticationFailed

    next(queries for _, queries in authentications(raw) if queries == 0)
    write_message(ready=True)
    accepted = float("inf")
    try:
        for accepted, _ in authentications(raw):  # noqa: B007
            pass
    except AuthenticationFailed:
        return write_message(accepted=accepted)
    return write_message(accepted=float("inf"))


def token_of(raw):
    from rest_framework.authtoken.models import Token

    return Token.objects.get(key=raw)


def revoke(raw):
    from token_revocation import services

    services.revoke(services.resolve(raw))


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


def main(command, raw):
    set_up()
    from django.conf import settings

    settings.TOKEN_REVOCATION["AUTHENTICATION_CACHE_TTL"] = timedelta(minutes=1)
    if command == "watch":
        return watch(raw)
    {each.__name__: each for each in (revoke, deactivate, change_password, delete)}[command](raw)
    return write_message(committed=time.monotonic())


if __name__ == "__main__":
    main(*sys.argv[1:])
