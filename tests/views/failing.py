"""A database that cannot store one of the two facts, for as long as a block runs."""

from __future__ import annotations

from token_revocation.testing.databases import failing_database


def database_that_cannot_store_a_revocation():
    return failing_database("INSERT INTO", "revokedtoken")


def database_that_cannot_store_a_cutoff():
    return failing_database("INSERT INTO", "tokencutoff")
