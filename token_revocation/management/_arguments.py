"""Types of command-line arguments, for ``argparse``."""

from __future__ import annotations

from argparse import ArgumentTypeError

from token_revocation.services._details import detail_columns

SECONDS_PER_DAY = 86_400


def positive_integer(text: str) -> int:
    """Return ``text`` as an integer greater than zero."""
    number = int(text)
    if number < 1:
        raise ArgumentTypeError(f"{number} is not greater than 0")
    return number


def seconds(text: str) -> float:
    """Return ``text`` as a number of seconds, from zero to less than a day."""
    number = float(text)
    if not 0 <= number < SECONDS_PER_DAY:
        raise ArgumentTypeError(f"{text} is not between 0 and {SECONDS_PER_DAY} seconds")
    return number


def identifier(text: str) -> str:
    """Return ``text`` if it can identify a user, a session or a client."""
    if not text.strip():
        raise ArgumentTypeError("the value must not be empty")
    if "\x00" in text:
        raise ArgumentTypeError("null characters are not allowed")
    return text


def reason(text: str) -> str:
    """Return ``text`` if it can be stored as a reason."""
    try:
        detail_columns({"reason": text})
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    return text
