"""What went wrong elsewhere, by number: a test that guards against it is marked with the number.

``pytest -m trap`` runs them all.
"""

from __future__ import annotations

TRAPS = {
    "T1": "a token is looked up by its string, and has several spellings",
    "T2": "a token without a jti skips the check",
    "T3": "a purge revives a token that is accepted for a leeway after its expiry",
    "T4": "a purge revives a token whose expiry was moved",
    "T5": "the grace for retries serves a token that was revoked on purpose",
    "T6": "the grace for retries is extended, or reaches old generations",
    "T7": "deleting a user revives the tokens of that user",
    "T8": "a cache that is lost loses revocations",
    "T9": "an answer that is remembered hides a revocation",
    "T10": "a revocation is forgotten before its token expires",
    "T11": "a revocation is rolled back by the error that follows it",
    "T12": "a cache learns of a revocation that is not committed, or never of one that is",
    "T13": "two refreshes with one token both win",
    "T14": "a token that is being issued escapes the end of all tokens",
    "T15": "a cutoff misses a token of its second, or refuses a login after it",
    "T16": "a nullable column in a unique key enforces nothing",
    "T17": "anybody can fill the table",
    "T18": "one half of a pair is revoked and the other goes on",
    "T19": "ending a session costs as much as the session is long",
    "T20": "a moment or a setting is evaluated once, at import",
    "T21": "a purge skips rows, or never ends",
    "T22": "a purge forgets that a refresh token was used up",
    "T23": "a mistake in the settings switches the check off in silence",
    "T24": "a forged, foreign or malformed token is accepted",
    "T25": "an account event is forgotten at one of the doors",
    "T26": "a secret leaves by a log, an admin page or a representation",
    "T27": "tokens of two issuers share a name",
    "T28": "a package beside us validates tokens without asking",
}
