"""Commands of a test process: ``python -m tests.authentication_cache.process_commands …``.

The arguments are a command, the name of a kind in :mod:`kinds`, and a raw token. The environment variables are those of :mod:`tests.stores.process_commands`.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from tests.stores.process_commands import TIMEOUT_SECONDS, set_up, write_message


def authentications(kind, raw):
    """Repeat a request; yield the time before each, and its number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils.module_loading import import_string
    from rest_framework.exceptions import AuthenticationFailed

    from tests.authentication.requests import request_with

    authentication = import_string(kind.authentication)
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        started_at = time.monotonic()
        with CaptureQueriesContext(connection) as captured:
            if authentication().authenticate(request_with(f"{kind.scheme} {raw}")) is None:
                raise AuthenticationFailed
        yield started_at, len(captured)
        time.sleep(0.001)


def watch(kind, raw):
    """Write the time when the token was accepted last."""
    from rest_framework.exceptions import AuthenticationFailed

    next(queries for _, queries in authentications(kind, raw) if queries == 0)
    write_message(ready=True)
    accepted = float("inf")
    try:
        for accepted, _ in authentications(kind, raw):  # noqa: B007
            pass
    except AuthenticationFailed:
        return write_message(accepted=accepted)
    return write_message(accepted=float("inf"))


def find_user():
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get()


def revoke(kind, raw):
    from token_revocation import services

    services.revoke(services.resolve(raw))


def deactivate(kind, raw):
    user = find_user()
    user.is_active = False
    user.save()


def change_password(kind, raw):
    user = find_user()
    user.set_password("another")
    user.save()


def delete(kind, raw):
    find_user().delete()


def main(command, kind_name, raw):
    set_up()
    from django.conf import settings
    from django.test import override_settings

    from tests.authentication_cache.kinds import KINDS, settings_for

    kind = KINDS[kind_name]
    ours = {"AUTHENTICATION_CACHE_TTL": timedelta(minutes=1), "ADAPTERS": [kind.adapter]}
    ours = {**settings.TOKEN_REVOCATION, **ours}
    # OAuth Toolkit reads the host, which a test runner would allow.
    others = {"ALLOWED_HOSTS": ["testserver"], **settings_for(kind)}
    override_settings(TOKEN_REVOCATION=ours, **others).enable()
    if command == "watch":
        return watch(kind, raw)
    commands = (revoke, deactivate, change_password, delete)
    {each.__name__: each for each in commands}[command](kind, raw)
    return write_message(committed=time.monotonic())


if __name__ == "__main__":
    main(*sys.argv[1:])
