"""Counters that signals increment. No label contains a token, a user or free text."""

from __future__ import annotations

from typing import Any

from prometheus_client import Counter

from token_revocation.models import Reason, Revocation, TokenCutoff
from token_revocation.signals import (
    revoked_token_used,
    subject_revoked,
    token_checked,
    token_revoked,
)
from token_revocation.tokens import TokenRef

OTHER_REASON = "other"

CHECKS = Counter(
    "token_revocation_checks",
    "Requests with a token, by result: accepted, or the error code.",
    ["answer"],
)
REVOCATIONS = Counter(
    "token_revocation_revocations", "Tokens revoked, by kind and reason.", ["kind", "reason"]
)
CUTOFFS = Counter(
    "token_revocation_cutoffs",
    "Subjects whose tokens were revoked, by subject type and reason.",
    ["subject_type", "reason"],
)
REVOKED_TOKENS_USED = Counter(
    "token_revocation_presented", "Requests with a revoked token, by kind.", ["kind"]
)


def connect() -> None:
    """Connect the counters to the signals of this package."""
    token_checked.connect(count_check)
    token_revoked.connect(count_revocation)
    subject_revoked.connect(count_cutoff)
    revoked_token_used.connect(count_revoked_token_use)


def count_check(*, answer: str, **kwargs: Any) -> None:
    """Count a request with a token."""
    CHECKS.labels(answer).inc()


def count_revocation(*, token: TokenRef, revocation: Revocation, **kwargs: Any) -> None:
    """Count a revoked token."""
    REVOCATIONS.labels(token.kind, _reason_label(revocation)).inc()


def count_cutoff(*, cutoff: TokenCutoff, **kwargs: Any) -> None:
    """Count a subject whose tokens were revoked."""
    CUTOFFS.labels(cutoff.subject_type, _reason_label(cutoff)).inc()


def count_revoked_token_use(*, token: TokenRef, **kwargs: Any) -> None:
    """Count a request with a revoked token."""
    REVOKED_TOKENS_USED.labels(token.kind).inc()


def _reason_label(revocation: Revocation) -> str:
    # Callers may pass any text as reason, and each value would create a new time series.
    return revocation.reason if revocation.reason in Reason.values else OTHER_REASON
