"""Databases that cannot store a revocation or a cutoff while a block runs."""

from __future__ import annotations

from token_revocation.testing._databases import failing_database


def failing_revocation_insert():
    return failing_database("INSERT INTO", "revokedtoken")


def failing_cutoff_insert():
    return failing_database("INSERT INTO", "tokencutoff")
