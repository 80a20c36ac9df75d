"""The base class of API exceptions, and their challenges."""

from __future__ import annotations

import sys
from typing import Any

from rest_framework.exceptions import APIException

# The module of DRF's ``exception_handler``.
_DRF_HANDLER = "rest_framework.views"


class RevocationError(APIException):
    """Base class of the errors of this package."""

    def __init__(self) -> None:
        super().__init__()

    @property
    def detail(self) -> Any:
        """The message; for DRF's exception handler, a mapping with the code."""
        # DRF's handler renders no code otherwise. Other handlers read the code of the message, and
        # would render a mapping as two errors. The caller can only be identified by its module.
        if sys._getframe(1).f_globals.get("__name__") == _DRF_HANDLER:
            return {"detail": self._detail, "code": self.default_code}
        return self._detail

    @detail.setter
    def detail(self, value: Any) -> None:
        self._detail = value


def extend_challenge(challenge: str, parameters: str) -> str:
    """Add ``parameters`` to the ``challenge`` of an authentication class (RFC 9110, section 11.6.1)."""
    separator = "," if "=" in challenge else ""
    return f"{challenge}{separator} {parameters}"
