"""Counters, moved on by our signals. No label holds a token, a user or text of others'."""

from __future__ import annotations

from typing import Any

from prometheus_client import Counter

from token_revocation.models import Reason, Revocation, TokenCutoff
from token_revocation.signals import (
    revoked_token_used,
    subject_cut_off,
    token_checked,
    token_revoked,
)
from token_revocation.tokens import TokenRef

OTHER = "other"

CHECKS = Counter(
    "token_revocation_checks",
    "Requests with a token, by answer: accepted, or the code of the error.",
    ["answer"],
)
REVOCATIONS = Counter(
    "token_revocation_revocations", "Tokens revoked, by kind and reason.", ["kind", "reason"]
)
CUTOFFS = Counter(
    "token_revocation_cutoffs",
    "Subjects cut off, by type (RFC 9493) and reason.",
    ["subject_type", "reason"],
)
PRESENTED = Counter(
    "token_revocation_presented", "Revoked tokens that somebody presented, by kind.", ["kind"]
)


def connect() -> None:
    """Listen to our own signals."""
    token_checked.connect(count_check)
    token_revoked.connect(count_revocation)
    subject_cut_off.connect(count_cutoff)
    revoked_token_used.connect(count_presented)


def count_check(*, answer: str, **kwargs: Any) -> None:
    """One more request, accepted or not."""
    CHECKS.labels(answer).inc()


def count_revocation(*, token: TokenRef, revocation: Revocation, **kwargs: Any) -> None:
    """One more token."""
    REVOCATIONS.labels(token.kind, _reason(revocation)).inc()


def count_cutoff(*, cutoff: TokenCutoff, **kwargs: Any) -> None:
    """One more subject."""
    CUTOFFS.labels(cutoff.subject_type, _reason(cutoff)).inc()


def count_presented(*, token: TokenRef, **kwargs: Any) -> None:
    """One more attempt."""
    PRESENTED.labels(token.kind).inc()


def _reason(revocation: Revocation) -> str:
    """A reason of ours; those of callers may be any text, and each would be a series of its own."""
    return revocation.reason if revocation.reason in Reason.values else OTHER
