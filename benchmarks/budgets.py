"""The budgets and the measured ratios: the first table of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

JWTS = {
    "revocable simplejwt, SnapshotStore": 0.50,
    "revocable simplejwt, SnapshotStore, cached": 0.10,
    "revocable simplejwt, stateless, SnapshotStore": 1.15,
    "revocable simplejwt, stateless, SnapshotStore, cached": 0.50,
    "revocable simplejwt, stateless, RS256, SnapshotStore, cached": 0.25,
    "revocable simplejwt, stateless, ES256, SnapshotStore, cached": 0.25,
    "revocable simplejwt, stateless, CachedStore, Redis": 1.10,
}

AT_MOST = {
    "sqlite": {
        **JWTS,
        "revocable DRF, DatabaseStore": 0.40,
        "revocable DRF, SnapshotStore": 0.35,
        "revocable DRF, SnapshotStore, cached": 0.08,
        "revocable knox, SnapshotStore, cached": 0.08,
        "revocable OAuth Toolkit, SnapshotStore, cached": 0.08,
        "browser session, SnapshotStore": 1.05,
        "RevocationMixin + DRF, DatabaseStore": 1.25,
        "RevocationMixin + DRF, SnapshotStore": 1.05,
    },
    "postgres": {
        **JWTS,
        "revocable DRF, DatabaseStore": 0.70,
        "revocable DRF, DatabaseStore, prepared": 0.60,
        "revocable DRF, SnapshotStore": 0.65,
        "revocable DRF, SnapshotStore, cached": 0.05,
        "revocable knox, SnapshotStore, cached": 0.05,
        "revocable OAuth Toolkit, SnapshotStore, cached": 0.05,
        "browser session, SnapshotStore": 1.05,
        "RevocationMixin + DRF, DatabaseStore": 1.60,
        "RevocationMixin + DRF, SnapshotStore": 1.05,
    },
}
"""The most that a request may take, as a ratio to the class alone, or to a check by hand."""

BY_ROWS = 1.15
BY_SIBLINGS = 1.05

GROWING = ("revocable DRF, DatabaseStore", "revocable DRF, SnapshotStore")
SIBLINGS = tuple(f"revocable knox, {many} a user, DatabaseStore" for many in (100, 1))


def budgets(databases: Mapping[str, Any]) -> Iterator[str]:
    """Return the table of ratios to the class alone, a column for each database."""
    levels = {name: figures["levels"] for name, figures in databases.items() if figures["levels"]}
    parts = {name: first(each).get("authenticate", {}) for name, each in levels.items()}
    ours = dict.fromkeys(name for part in parts.values() for name in part if part[name]["alone"])
    yield f"| | {' | '.join(parts)} |"
    yield "|---" * (len(parts) + 1) + "|"
    for name in ours:
        yield f"| {name} | {' | '.join(cell(each, name, parts[each]) for each in parts)} |"
    yield ""
    for database, each in levels.items():
        yield from (f"* {database}, {line}" for line in growth(each))


def first(levels: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the results with the fewest rows."""
    return next(iter(levels.values()))


def cell(database: str, name: str, part: Mapping[str, Any]) -> str:
    """Return the ratio, and the budget in brackets if there is one."""
    if name not in part:
        return ""
    budget = AT_MOST.get(database, {}).get(name)
    found = f"{part[name]['alone']['ratio']:.2f}"
    return f"{found} ({budget:.2f})" if budget else found


def growth(levels: Mapping[str, Any]) -> Iterator[str]:
    """Return lines about more rows, and more tokens of one user."""
    entries = list(levels.items())
    (least, some), (most, many) = entries[0], entries[-1]
    for name in GROWING if most != least else ():
        if name in some.get("authenticate", {}):
            yield f"{name}, with {int(most):,} revoked over {int(least):,}: " + over(
                many["authenticate"][name], some["authenticate"][name], BY_ROWS
            )
    part = some.get("authenticate", {})
    if part.keys() >= set(SIBLINGS):
        yield "knox with 100 tokens a user over knox with one: " + over(
            *(part[name] for name in SIBLINGS), BY_SIBLINGS
        )


def over(one: Mapping[str, float], other: Mapping[str, float], budget: float) -> str:
    return f"{one['ratio'] / other['ratio']:.2f} ({budget:.2f})"
