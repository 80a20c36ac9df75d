"""The store under test and a middleware, in workers that crash on request."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

from django.db import connection
from django.utils.module_loading import import_string

KILL_FILE = Path(os.environ["CONSISTENCY_KILL_FILE"])
UNSENT_FILE = Path(os.environ["CONSISTENCY_UNSENT_FILE"])


class CrashingStore(import_string(os.environ["CONSISTENCY_STORE"])):
    """Kills its process between commit and invalidation when the kill file says so."""

    def invalidate(self, keys, not_before=None):
        if not connection.in_atomic_block and _is_kill_requested("invalidation"):
            os.kill(os.getpid(), signal.SIGKILL)
        super().invalidate(keys, not_before)


def crash_after_refresh(get_response):
    """Record a successful refresh and kill the process, when the kill file says so."""

    def middleware(request):
        if request.path != "/jwt/token/refresh/":
            return get_response(request)
        used = json.loads(request.body)["refresh"]
        response = get_response(request)
        if response.status_code == 200 and _is_kill_requested("response"):
            with UNSENT_FILE.open("a") as file:
                file.write(json.dumps([used, json.loads(response.content)["refresh"]]) + "\n")
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    return middleware


def _is_kill_requested(moment):
    """Delete the kill file if it names ``moment``, and return whether it did."""
    with suppress(FileNotFoundError):
        if KILL_FILE.read_text() == moment:
            KILL_FILE.unlink()
            return True
    return False
