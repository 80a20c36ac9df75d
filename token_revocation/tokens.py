"""What a token is to us: a name, the subjects it belongs to, and two moments. No secret."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils.functional import cached_property

BEFORE_ALL_CUTOFFS = datetime(1970, 1, 1, tzinfo=UTC)
AFTER_ALL_CUTOFFS = datetime(9999, 1, 1, tzinfo=UTC)

MAX_RAW_LENGTH = 8192

# What can stand behind the scheme of an Authorization header: RFC 9110, section 5.5.
_PRESENTABLE = re.compile(r"[\x21-\x7e]+")


def is_presentable(raw: str) -> bool:
    """Whether ``raw`` could be a token at all: visible ASCII, at most 8192 characters.

    Everything else is refused before it reaches a database or a parser.
    """
    return len(raw) <= MAX_RAW_LENGTH and _PRESENTABLE.fullmatch(raw) is not None


@lru_cache(maxsize=10_000)
def name_key(*parts: str) -> uuid.UUID:
    """122 bits of a SHA-256 over ``parts``: fixed length, and case-safe in every collation.

    Each part is preceded by its length in bytes, so no two lists of parts share an input. A lone
    surrogate (legal in a JSON string) is hashed like any other character. The six bits that
    make it a UUID say version 4, as if it were random. Version 8 is meant for such names (RFC
    9562, section 5.8), but the ``uuid`` type of MariaDB 10.11 refuses one in 64 of those.
    """
    data = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        data.update(b"%d:%b" % (len(encoded), encoded))
    return uuid.UUID(bytes=data.digest()[:16], version=4)


def token_key(kind: str, identifier: str, issuer: str = "") -> uuid.UUID:
    """The :attr:`TokenRef.key` of a token of which no more need be known."""
    return name_key("token", kind, issuer, identifier)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whom or what a token belongs to: ``user``, ``session``, ``client`` or ``everyone``.

    The words are those of RFC 9493 and of CAEP 1.0, section 2.
    """

    type: str
    id: str = ""

    @classmethod
    def user(cls, user_id: object) -> Subject:
        """The user with the primary key ``user_id``."""
        return _user(str(user_id))

    @classmethod
    def session(cls, session_id: str) -> Subject:
        """The session (family of tokens) ``session_id``."""
        return cls(type="session", id=session_id)

    @classmethod
    def client(cls, client_id: str) -> Subject:
        """The OAuth 2.0 client ``client_id``."""
        return cls(type="client", id=client_id)

    @cached_property
    def key(self) -> uuid.UUID:
        """The name of this subject in :class:`~token_revocation.models.TokenCutoff`."""
        return name_key("subject", self.type, self.id)


@lru_cache(maxsize=10_000)
def _user(user_id: str) -> Subject:
    """One for all requests of a user, so that its key is made once."""
    return Subject(type="user", id=user_id)


EVERYONE = Subject(type="everyone")


@dataclass(frozen=True, kw_only=True, init=False)
class TokenRef:
    """A token as the stores and services know it. It cannot be used to authenticate.

    ``kind`` is the adapter's, ``identifier`` what a person searches for (a ``jti``, a digest)
    and ``issuer`` the namespace in which it is unique. Both moments are aware; ``issued_at``
    of ``None`` counts as older than every cutoff, ``expires_at`` of ``None`` as never.
    """

    kind: str
    identifier: str
    issuer: str
    subjects: tuple[Subject, ...]
    issued_at: datetime | None
    expires_at: datetime | None

    def __init__(
        self,
        *,
        kind: str,
        identifier: str,
        issuer: str = "",
        subjects: tuple[Subject, ...] = (),
        issued_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        # What ``dataclass`` writes for a frozen class takes twice as long, at every request.
        vars(self).update(
            kind=kind,
            identifier=identifier,
            issuer=issuer,
            subjects=subjects,
            issued_at=issued_at,
            expires_at=expires_at,
        )

    @cached_property
    def key(self) -> uuid.UUID:
        """The name of this token in :class:`~token_revocation.models.RevokedToken`."""
        return token_key(self.kind, self.identifier, self.issuer)

    @cached_property
    def cutoff_keys(self) -> tuple[uuid.UUID, ...]:
        """The keys of every subject whose cutoff ends this token; everyone is always one."""
        return (*[subject.key for subject in self.subjects], EVERYONE.key)

    @cached_property
    def keys(self) -> tuple[uuid.UUID, ...]:
        """Every name under which this token may have been ended: :attr:`key` is the first."""
        return (self.key, *self.cutoff_keys)

    @property
    def fingerprint(self) -> str:
        """Eight characters to show to people; enough to tell apart, useless to an attacker."""
        return self.key.hex[:8]

    @property
    def family_key(self) -> uuid.UUID:
        """The key of the session of this token, or its own where it has none."""
        session = self.subject("session")
        return session.key if session else self.key

    def subject(self, subject_type: str) -> Subject | None:
        """The subject of that type, if the token has one."""
        return next(self._of_type(subject_type), None)

    def _of_type(self, subject_type: str) -> Iterator[Subject]:
        return (subject for subject in self.subjects if subject.type == subject_type)

    def ended_by(self, *, not_before: datetime, kept: uuid.UUID | None) -> bool:
        """Whether a cutoff of one of the subjects refuses this token.

        Fails closed at equality: a moment of issue with whole seconds only lies at the start of
        its second, so the whole second of the cutoff is refused.
        """
        if kept is not None and kept in self.keys:
            return False
        return (self.issued_at or BEFORE_ALL_CUTOFFS) <= not_before

    def is_expired(self, now: datetime, leeway: timedelta = timedelta(0)) -> bool:
        """Whether the issuing package has stopped accepting this token by ``now``."""
        return self.expires_at is not None and self.expires_at + leeway <= now


def remains(kind: str, identifier: str) -> TokenRef:
    """What is left of a token whose row is gone: its own revocation, and no cutoff."""
    return TokenRef(kind=kind, identifier=identifier, issued_at=AFTER_ALL_CUTOFFS)


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """A token just issued: the only value of ours that holds what a client must keep secret."""

    raw: str = field(repr=False)
    ref: TokenRef
