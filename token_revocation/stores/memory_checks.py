"""What can be wrong with ``REMEMBER``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.checks import CheckMessage, Warning

from token_revocation.conf import ACCOUNT_EVENTS, settings
from token_revocation.stores import get_store
from token_revocation.stores.base import RevocationStore

LONGEST = timedelta(minutes=1)
"""Most of what can be saved is saved after seconds, and what no signal tells is seen this late."""


def check_memory() -> Iterator[CheckMessage]:
    """A time that is too long, or that does not count."""
    longest = settings.REMEMBER
    if not isinstance(longest, timedelta):
        return
    if longest > LONGEST:
        yield Warning(
            f"REMEMBER of TOKEN_REVOCATION is {longest}: what QuerySet.update() and raw SQL "
            "change of a user or a token is seen that late.",
            hint=f"Give at most {LONGEST}.",
            id="token_revocation.W030",
        )
    if type(get_store()).vouches_for is RevocationStore.vouches_for:
        yield Warning(
            "REMEMBER of TOKEN_REVOCATION has no effect: the store asks about every token.",
            hint="Use the SnapshotStore, which answers from memory, or take the setting out.",
            id="token_revocation.W031",
        )
    missing = set(ACCOUNT_EVENTS).difference(settings.REVOKE_ON)
    if missing:
        yield Warning(
            "REMEMBER of TOKEN_REVOCATION counts no longer than the staleness_bound of the store: "
            f"REVOKE_ON lacks {', '.join(sorted(missing))}, so no other process hears of it.",
            hint="Add the events to REVOKE_ON.",
            id="token_revocation.W032",
        )
