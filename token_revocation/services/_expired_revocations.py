"""Deletion of expired revocations that no token needs, recorded in watermarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Case, F, Max, Q, Value, When

from token_revocation._keys import watermark_key
from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.fields import UTCDateTimeField
from token_revocation.models import PurgeWatermark, TokenCutoff
from token_revocation.services._purge_bounds import Bound, PurgeBounds, purge_horizon, subtract
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, FOR_EVER

MICROSECOND = timedelta(microseconds=1)

RETRY_INTERVAL = timedelta(days=1)
"""The time until a purge checks a row again that a stored token needs."""


@dataclass(frozen=True, kw_only=True)
class WatermarkGroup:
    """Expired cutoffs of one subject type, or tokens of one kind, with a watermark."""

    rows: Any
    scope: str
    name: str
    column: str
    """The column with the latest time at which a revoked token was minted."""
    bound: Bound
    lifetime: timedelta

    @property
    def deletable(self) -> Any:
        """The rows that no token needs."""
        return self.rows.filter(**{f"{self.column}__lt": self.bound.deletable_before})

    def delete(self) -> int:
        """Raise the watermark, delete the deletable rows, and postpone the others."""
        latest = self.deletable.aggregate(latest=Max(self.column))["latest"]
        deleted = 0
        if latest is not None:
            self._raise_watermark(latest)
            deleted = int(self.rows.filter(**{f"{self.column}__lte": latest}).delete()[0])
        self._postpone_expiry()
        return deleted

    def _raise_watermark(self, latest: datetime) -> None:
        """Raise the watermark to ``latest``, or to a later time before accepted tokens."""
        # A cutoff takes effect a little after its time, when it is committed and loaded by stores.
        # Tokens minted in between need the watermark too.
        extended = min(latest + settings.PURGE_GRACE_PERIOD, self.bound.minted_from - MICROSECOND)
        _raise_watermark(self.scope, self.name, max(latest, extended), self.rows.db)

    def _postpone_expiry(self) -> None:
        """Postpone the expiry of the other rows until the tokens that need them expire."""
        needed = self.rows.filter(**{f"{self.column}__gte": self.bound.deletable_before})
        if self.lifetime == FOR_EVER:
            needed.update(expires_at=None)
            return
        outlived = Q(**{f"{self.column}__gte": subtract(purge_horizon(), self.lifetime)})
        expires_at = Case(
            When(outlived, then=F(self.column) + Value(self.lifetime)),
            default=Value(now() + RETRY_INTERVAL, output_field=UTCDateTimeField()),
            output_field=UTCDateTimeField(),
        )
        needed.update(expires_at=expires_at)


def _raise_watermark(scope: str, name: str, watermark: datetime, using: str) -> None:
    key, rows = watermark_key(scope, name), PurgeWatermark.objects.using(using)
    if rows.filter(key=key, watermark__gte=watermark).exists():
        return
    row = PurgeWatermark(key=key, scope=f"{scope} {name}"[:64], watermark=BEFORE_ALL_CUTOFFS)
    # Not ignore_conflicts: InnoDB would keep a shared lock, and two of those are a deadlock.
    # https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html
    needs_target = connections[using].features.supports_update_conflicts_with_target
    rows.bulk_create(
        [row],
        update_conflicts=True,
        update_fields=["scope"],
        unique_fields=["key"] if needs_target else None,
    )
    rows.filter(key=key, watermark__lt=watermark).update(watermark=watermark)


def delete_expired_rows(expired: Any, bounds: PurgeBounds) -> int:
    """Delete the rows that no token needs, among ``expired`` rows of one table.

    Returns:
        The number of deleted rows.
    """
    certain, _ = _with_certain_expiry(expired).delete()
    return int(certain) + delete_groups(expired, bounds)


def delete_groups(expired: Any, bounds: PurgeBounds) -> int:
    """Delete rows that no token needs, except those whose expiry alone is sufficient."""
    return sum(group.delete() for group in _groups(expired, bounds))


def count_deletable(expired: Any, bounds: PurgeBounds) -> int:
    """Return the number of rows that :func:`delete_expired_rows` would delete."""
    grouped = [group.deletable.count() for group in _groups(expired, bounds)]
    return int(sum(grouped) + _with_certain_expiry(expired).count())


def is_deletable(revocation: Any, bounds: PurgeBounds) -> bool:
    """Return whether no token needs the expired ``revocation``."""
    if isinstance(revocation, TokenCutoff):
        bound = bounds.of_subject(revocation.subject_type)
        return bool(revocation.not_before < bound.deletable_before)
    if revocation.is_expiry_assumed:
        return bool(revocation.revoked_at < bounds.of_kind(revocation.kind).deletable_before)
    return True


def _with_certain_expiry(expired: Any) -> Any:
    """Return the rows with the expiry of their own token, which no other token needs."""
    if expired.model is TokenCutoff:
        return expired.none()
    return expired.order_by().filter(is_expiry_assumed=False)


def _groups(expired: Any, bounds: PurgeBounds) -> Iterator[WatermarkGroup]:
    groups = _subject_groups if expired.model is TokenCutoff else _kind_groups
    return groups(expired.order_by(), bounds)


def _subject_groups(expired: Any, bounds: PurgeBounds) -> Iterator[WatermarkGroup]:
    for name in sorted(expired.values_list("subject_type", flat=True).distinct()):
        yield WatermarkGroup(
            rows=expired.filter(subject_type=name),
            scope="subject",
            name=name,
            column="not_before",
            bound=bounds.of_subject(name),
            lifetime=bounds.longest_lifetime(name),
        )


def _kind_groups(expired: Any, bounds: PurgeBounds) -> Iterator[WatermarkGroup]:
    assumed = expired.filter(is_expiry_assumed=True)
    for kind in sorted(assumed.values_list("kind", flat=True).distinct()):
        yield WatermarkGroup(
            rows=assumed.filter(kind=kind),
            scope="kind",
            name=kind,
            column="revoked_at",
            bound=bounds.of_kind(kind),
            lifetime=bounds.lifetime(kind),
        )
