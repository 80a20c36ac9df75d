"""Bounds of a purge: the ages of revocations that no accepted token needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.clock import monotonic, now
from token_revocation.conf import settings
from token_revocation.stores._lifetimes import pending_lifetimes, record
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, EVERYONE, FOR_EVER, Subject, TokenRef

ZERO = timedelta(0)


def purge_horizon() -> datetime:
    """Return the time before which a row must have expired to be purged.

    It is ``PURGE_GRACE_PERIOD`` and the longest leeway of a validator ago (UTC). If a revocation
    were purged earlier, a host could accept its token again.
    """
    leeways = [adapter.leeway for adapter in get_adapters().values()]
    return now() - settings.PURGE_GRACE_PERIOD - max(leeways, default=ZERO)


class Bound(NamedTuple):
    """Times that limit a purge."""

    deletable_before: datetime
    """No token that may be accepted needs a revocation older than this."""
    minted_from: datetime
    """Every token that may be accepted was minted at this time or later."""


class PurgeBounds:
    """The bounds for each type of subject and each kind of token, computed on demand.

    Args:
        using: The database alias.
    """

    def __init__(self, using: str) -> None:
        self._using = using
        self._now = now()
        self._of_kinds: dict[str, Bound] = {}
        self.query_seconds = 0.0
        """The time that adapters have taken to query their tables."""

    def record_settings(self) -> None:
        """Record the lifetimes in the settings, in case the settings become shorter."""
        if self._configured_lifetimes():
            _ = self._recorded_lifetimes

    def of_subject(self, subject_type: str) -> Bound:
        """Return the bound for cutoffs of subjects of this type."""
        bounds = [self.of_kind(kind) for kind in self._kinds_with_subject(subject_type)]
        return _earliest([Bound(self._now, self._now), *bounds])

    def of_kind(self, kind: str) -> Bound:
        """Return the bound for revocations of tokens of ``kind``."""
        if kind not in self._of_kinds:
            started_at = monotonic()
            self._of_kinds[kind] = self._compute(kind)
            self.query_seconds += monotonic() - started_at
        return self._of_kinds[kind]

    def longest_lifetime(self, subject_type: str) -> timedelta:
        """Return the longest lifetime of tokens with such subjects that may not be stored."""
        adapters = get_adapters()
        kinds = [
            kind
            for kind in self._kinds_with_subject(subject_type)
            if not _is_stored(adapters.get(kind))
        ]
        return max(map(self.lifetime, kinds), default=ZERO)

    def lifetime(self, kind: str) -> timedelta:
        """Return the longest known lifetime of ``kind``."""
        adapter = get_adapters().get(kind)
        configured = _or_for_ever(adapter.lifetime) if adapter else ZERO
        return max(configured, self._recorded_lifetimes.get(kind, ZERO))

    @cached_property
    def _recorded_lifetimes(self) -> Mapping[str, timedelta]:
        """The longest lifetimes recorded by kind, including those in the settings now."""
        longest = pending_lifetimes(self._using)
        for kind, lifetime in self._configured_lifetimes().items():
            longest[kind] = max(lifetime, longest.get(kind, ZERO))
        return record(longest, self._using)

    def _configured_lifetimes(self) -> dict[str, timedelta]:
        """Return the limited lifetimes of kinds that do not store all tokens."""
        kinds = {a.kind: a.lifetime for a in get_adapters().values() if not a.is_stored}
        return {kind: lifetime for kind, lifetime in kinds.items() if lifetime is not None}

    def _kinds_with_subject(self, subject_type: str) -> list[str]:
        """Return the kinds whose tokens may have a subject of this type."""
        adapters = get_adapters()
        claiming = [
            kind for kind, adapter in adapters.items() if has_subject(adapter, subject_type)
        ]
        # The subjects of a kind without an adapter are unknown.
        without_adapter = [kind for kind in self._recorded_lifetimes if kind not in adapters]
        return [*(claiming or adapters), *without_adapter]

    def _compute(self, kind: str) -> Bound:
        adapter = get_adapters().get(kind)
        oldest = (adapter.oldest_minted_at() if adapter else None) or self._now
        stored = Bound(min(oldest, self._now), min(oldest, self._now))
        return stored if _is_stored(adapter) else _earliest([stored, self._bound_by_lifetime(kind)])

    def _bound_by_lifetime(self, kind: str) -> Bound:
        adapter, lifetime = get_adapters().get(kind), self.lifetime(kind)
        age = max(_or_for_ever(adapter.longest_age), lifetime) if adapter else lifetime
        expires_from = self._now - (adapter.leeway if adapter else ZERO)
        minted_from = subtract(expires_from, age)
        needed_from = subtract(expires_from - settings.PURGE_GRACE_PERIOD, lifetime)
        return Bound(min(needed_from, minted_from), minted_from)


def has_subject(adapter: TokenAdapter, subject_type: str) -> bool:
    """Return whether tokens of ``adapter`` can have a subject of this type."""
    return subject_type == EVERYONE.type or subject_type in adapter.subject_types


def latest_expiry(now: datetime, subject: Subject, tokens: Iterable[TokenRef]) -> datetime | None:
    """Return when the last token with ``subject``, or of ``tokens``, expires; ``None`` if never."""
    lifetime = configured_lifetime(subject.type)
    expiries = [token.expires_at for token in tokens]
    if lifetime is None or None in expiries:
        return None
    return max([now + lifetime, *filter(None, expiries)])


def configured_lifetime(subject_type: str) -> timedelta | None:
    """Return the longest lifetime of tokens with such subjects; ``None`` if unlimited.

    To be safe, it is also ``None`` if no configured kind has subjects of this type.
    """
    adapters = [a for a in get_adapters().values() if has_subject(a, subject_type)]
    lifetimes = [adapter.lifetime for adapter in adapters]
    bounded = [lifetime for lifetime in lifetimes if lifetime is not None]
    return max(bounded) if bounded and len(bounded) == len(lifetimes) else None


def subtract(time: datetime, duration: timedelta) -> datetime:
    """Return ``time`` minus ``duration``, but not before :data:`BEFORE_ALL_CUTOFFS`."""
    longest = time - BEFORE_ALL_CUTOFFS
    return time - min(duration, longest)


def _is_stored(adapter: TokenAdapter | None) -> bool:
    return adapter is not None and adapter.is_stored


def _or_for_ever(lifetime: timedelta | None) -> timedelta:
    return FOR_EVER if lifetime is None else lifetime


def _earliest(bounds: Iterable[Bound]) -> Bound:
    return Bound(*map(min, zip(*bounds, strict=True)))
