"""Messages of the check of entry points."""

from __future__ import annotations

from token_revocation._checks.entry_points import check_entry_points


def reported():
    """Return id (without prefix), message and hint of each error."""
    return [(each.id.rpartition(".")[2], each.msg, each.hint) for each in check_entry_points()]


def ids():
    return [number for number, _, _ in reported()]
