"""The store under test, in processes that can be told to die."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from django.db import connection
from django.utils.module_loading import import_string


class MortalStore(import_string(os.environ["CONSISTENCY_STORE"])):
    """Kills its process between commit and publication, each time that somebody left the order."""

    def publish(self, keys):
        if not connection.in_atomic_block and _is_ordered():
            os.kill(os.getpid(), signal.SIGKILL)
        super().publish(keys)


def _is_ordered():
    """Whether there was an order, which is carried out once."""
    with suppress(FileNotFoundError):
        Path(os.environ["CONSISTENCY_ORDER"]).unlink()
        return True
    return False
