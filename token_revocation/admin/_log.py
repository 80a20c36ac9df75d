"""Entries in Django's admin log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.http import HttpRequest

__all__ = ["ADDITION", "CHANGE", "log_action"]


def log_action(request: HttpRequest, objects: Iterable[Any], flag: int, message: str) -> None:
    """Add an entry by the user of ``request`` for each of ``objects``."""
    user_pk = cast("int", request.user.pk)
    LogEntry.objects.log_actions(user_pk, objects, flag, change_message=message)
