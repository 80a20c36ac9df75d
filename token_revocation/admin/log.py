"""Django's admin log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.http import HttpRequest

__all__ = ["ADDITION", "CHANGE", "log"]


def log(request: HttpRequest, rows: Iterable[Any], flag: int, message: str) -> None:
    """One entry for each of ``rows``: by whom, what it is called, and what happened to it."""
    LogEntry.objects.log_actions(cast("int", request.user.pk), rows, flag, change_message=message)
