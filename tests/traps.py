"""Known faults of other token packages, by number.

A test that guards against one is marked ``@pytest.mark.trap(number)``. ``pytest -m trap`` runs
them all.
"""

from __future__ import annotations

TRAPS = {
    "T1": "a token is looked up by its string, and another encoding of it is accepted",
    "T2": "a token without a jti skips the check",
    "T3": "a purge restores a token that is accepted for a leeway after its expiry",
    "T4": "a purge restores a token whose expiry was extended",
    "T5": "the refresh grace period serves a token that was revoked explicitly",
    "T6": "the refresh grace period is extended, or covers old generations",
    "T7": "deleting a user restores the tokens of that user",
    "T8": "revocations are lost with the cache",
    "T9": "a cached result hides a revocation",
    "T10": "a revocation is deleted before its token expires",
    "T11": "a revocation is rolled back by the error that follows it",
    "T12": "a cache stores a revocation that is not committed, or misses one that is",
    "T13": "two concurrent refreshes with one token both succeed",
    "T14": "a token that is being issued escapes the revocation of all tokens",
    "T15": "a cutoff misses a token of the same second, or rejects a login after it",
    "T16": "a nullable column in a unique key enforces nothing",
    "T17": "anonymous requests can fill the table",
    "T18": "one token of a pair is revoked and the other stays valid",
    "T19": "the cost of revoking a session grows with its refreshes",
    "T20": "a time or a setting is evaluated once, at import",
    "T21": "a purge skips rows, or never ends",
    "T22": "a purge deletes the record that a refresh token was used",
    "T23": "a wrong setting disables the check silently",
    "T24": "a forged, foreign or malformed token is accepted",
    "T25": "an account event is ignored by one of the endpoints",
    "T26": "a secret leaks through a log, an admin page or a repr",
    "T27": "tokens of two issuers share an identifier",
    "T28": "another package validates tokens without checking revocations",
    "T30": "an entry point of another package accepts or mints what was revoked",
    "T32": "a concurrent login survives a change of the account",
    "T37": "a token identifies its user by a mutable field",
    "T39": "a login returns the stored token that is revoked or expired",
    "T34": "the admin hides a column and filters by it",
    "T36": "a grant survives a logout, its expiry, or its use",
    "T44": "a slow or hostile key set blocks the workers",
    "T40": "a receiver misses a model that loads late, or breaks code of the project",
}
