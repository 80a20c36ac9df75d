"""References of tokens and their subjects, which contain no secret."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, cast

from django.utils.functional import cached_property

from token_revocation._keys import name_key as name_key
from token_revocation._keys import short_name_key, watermark_key
from token_revocation._keys import token_key as token_key
from token_revocation._raw_tokens import MAX_RAW_LENGTH as MAX_RAW_LENGTH
from token_revocation._raw_tokens import is_presentable as is_presentable
from token_revocation._subjects import EVERYONE as EVERYONE
from token_revocation._subjects import Subject as Subject

BEFORE_ALL_CUTOFFS = datetime(1970, 1, 1, tzinfo=UTC)
AFTER_ALL_CUTOFFS = datetime(9999, 1, 1, tzinfo=UTC)

FOR_EVER = timedelta.max
"""The lifetime of a token that never expires."""


class _OwnIssuer:
    """The issuer of a token that was created without one, looked up on access.

    It cannot be a default value, as adapters import this module.
    """

    def __get__(self, token: TokenRef | None, owner: object) -> Any:
        if token is None:
            return self
        issuer = import_module("token_revocation.adapters").own_issuer(token.kind)
        return vars(token).setdefault("issuer", issuer)


@dataclass(frozen=True, kw_only=True, init=False)
class TokenRef:
    """A reference of a token, for stores and services.

    It cannot be used to authenticate. All times are aware.

    Args:
        kind: The :attr:`TokenAdapter.kind` of its adapter.
        identifier: A public identifier, such as a ``jti`` or a digest.
        issuer: The namespace in which ``identifier`` is unique; ``""`` is none. By default it is
            :attr:`TokenAdapter.issuer` of the kind.
        subjects: The subjects of the token, besides everyone.
        issued_at: The time of the login that led to the token, which is compared with cutoffs.
            ``None`` is older than every cutoff.
        expires_at: The time of expiry; ``None`` is never.
        minted_at: The time when this token was created; by default ``issued_at``.
        is_refresh_token: Whether it is exchanged for other tokens, by
            :func:`token_revocation.services.rotate`. A snapshot does not contain rotated refresh
            tokens, so ``SnapshotStore`` looks this token up in the database.
    """

    kind: str
    identifier: str
    issuer: str = cast(str, _OwnIssuer())
    subjects: tuple[Subject, ...]
    issued_at: datetime | None
    expires_at: datetime | None
    minted_at: datetime | None = field(compare=False)
    is_refresh_token: bool = field(compare=False, repr=False)

    def __init__(
        self,
        *,
        kind: str,
        identifier: str,
        issuer: str | None = None,
        subjects: tuple[Subject, ...] = (),
        issued_at: datetime | None = None,
        expires_at: datetime | None = None,
        minted_at: datetime | None = None,
        is_refresh_token: bool = False,
    ) -> None:
        # The generated ``__init__()`` of a frozen dataclass takes twice as long.
        vars(self).update(
            kind=kind,
            identifier=identifier,
            subjects=subjects,
            issued_at=issued_at,
            expires_at=expires_at,
            minted_at=minted_at or issued_at,
            is_refresh_token=is_refresh_token,
        )
        if issuer is not None:
            vars(self)["issuer"] = issuer

    @cached_property
    def key(self) -> uuid.UUID:
        """The ``key`` of this token in :class:`~token_revocation.models.RevokedToken`."""
        return token_key(self.kind, self.identifier, self.issuer)

    @cached_property
    def cutoff_keys(self) -> tuple[uuid.UUID, ...]:
        """The keys of the subjects whose cutoffs revoke this token, including everyone."""
        return (*[subject.key for subject in self.subjects], EVERYONE.key)

    @cached_property
    def keys(self) -> tuple[uuid.UUID, ...]:
        """All keys by which this token may be revoked, its own :attr:`key` first."""
        return (self.key, *self.cutoff_keys)

    @cached_property
    def short_keys(self) -> tuple[int, ...]:
        """64 bits of each of :attr:`keys`, by which a snapshot finds revocations."""
        own = short_name_key("token", self.kind, self.issuer, self.identifier)
        return (own, *[subject.short_key for subject in self.subjects], EVERYONE.short_key)

    @cached_property
    def watermark_keys(self) -> tuple[uuid.UUID, ...]:
        """The keys of the watermarks of this token, one for each of :attr:`keys`."""
        types = (*[subject.type for subject in self.subjects], EVERYONE.type)
        return (watermark_key("kind", self.kind), *[watermark_key("subject", t) for t in types])

    @property
    def lifetime(self) -> timedelta:
        """The time from :attr:`minted_at` to :attr:`expires_at`."""
        if self.expires_at is None:
            return FOR_EVER
        return self.expires_at - (self.minted_at or BEFORE_ALL_CUTOFFS)

    @property
    def fingerprint(self) -> str:
        """Eight characters of the key for display, which are useless to an attacker."""
        return self.key.hex[:8]

    @property
    def family_key(self) -> uuid.UUID:
        """The key of the session of this token, or else its own key."""
        session = self.subject("session")
        return session.key if session else self.key

    def subject(self, subject_type: str) -> Subject | None:
        """Return the subject of ``subject_type``, or ``None``."""
        return next(self._of_type(subject_type), None)

    def _of_type(self, subject_type: str) -> Iterator[Subject]:
        return (subject for subject in self.subjects if subject.type == subject_type)

    def is_revoked_by(self, *, not_before: datetime, kept: uuid.UUID | None) -> bool:
        """Return whether a cutoff at ``not_before``, except for ``kept``, rejects it."""
        # A time of issue in whole seconds is the start of its second. So equality rejects.
        if kept is not None and kept in self.keys:
            return False
        return (self.issued_at or BEFORE_ALL_CUTOFFS) <= not_before

    def is_expired(self, now: datetime, leeway: timedelta = timedelta(0)) -> bool:
        """Return whether this token has expired at ``now``, with a ``leeway``."""
        if self.expires_at is None:
            return False
        return (self.expires_at + leeway if leeway else self.expires_at) <= now


def deleted_token_ref(kind: str, identifier: str) -> TokenRef:
    """Return a reference of a deleted token, for a lookup of its own revocation only."""
    return TokenRef(kind=kind, identifier=identifier, issued_at=AFTER_ALL_CUTOFFS)


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """A newly issued token, the only value that contains the raw token."""

    raw: str = field(repr=False)
    ref: TokenRef
