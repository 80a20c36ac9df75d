"""Thousands of random tokens and revocations, and an independent model of what is revoked."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token
from rest_framework_simplejwt.tokens import AccessToken

from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import EVERYONE, Subject, TokenRef

AUTHTOKENS, JWTS, SESSIONS = 2500, 2500, 400

START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)


@dataclass(frozen=True)
class Issued:
    """The raw token that a client holds, and its reference."""

    raw: str
    ref: TokenRef

    @property
    def scheme(self):
        return "Token" if self.ref.kind == "authtoken" else "Bearer"


def random_time(rng):
    """Return one of few times, so that many tokens are issued at the time of a cutoff."""
    return START + timedelta(seconds=rng.randrange(300), microseconds=rng.choice([0, 0, 1, 999]))


class TokenPopulation:
    """Stored tokens of two kinds, with revocations of tokens, users, sessions and everyone."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        names = [f"u{n}" for n in range(AUTHTOKENS)]
        users = get_user_model().objects
        users.bulk_create([get_user_model()(username=name) for name in names])
        self.users = list(users.filter(username__in=names))
        self.sessions = [str(uuid4()) for _ in range(SESSIONS)]
        self.tokens = [*self._authtokens(), *self._jwts()]
        self._revoke()

    def is_revoked(self, ref):
        """Decide without the database and without the code under test."""
        session = [subject.key for subject in ref.subjects if subject.type == "session"]
        exemptions = {ref.key, *session}
        names = {(subject.type, subject.id) for subject in ref.subjects} | {("everyone", "")}
        return ref.key in self.revoked or any(
            name in names and ref.issued_at <= not_before and kept not in exemptions
            for name, not_before, kept in self.cutoffs
        )

    def _authtokens(self):
        keys = [self.rng.randbytes(20).hex() for _ in self.users]
        rows = [Token(key=key, user=user) for key, user in zip(keys, self.users, strict=True)]
        for row in Token.objects.bulk_create(rows):
            row.created = random_time(self.rng)
        Token.objects.bulk_update(rows, ["created"], batch_size=500)
        return [Issued(row.key, AuthTokenAdapter().identify(row)) for row in rows]

    def _jwts(self):
        for _ in range(JWTS):
            token = AccessToken()
            token["user_id"] = str(self.rng.choice(self.users[:500]).pk)
            token["auth_time"] = random_time(self.rng).timestamp()
            token.set_iat(at_time=random_time(self.rng))
            if self.rng.random() < 0.8:
                token["sid"] = self.rng.choice(self.sessions)
            token.set_exp(lifetime=timedelta(hours=1))
            yield Issued(str(token), SimpleJWTAdapter().identify(token))

    def _revoke(self):
        chosen = self.rng.sample([token.ref for token in self.tokens], 300)
        self.revoked = {ref.key for ref in chosen}
        RevokedToken.objects.bulk_create(
            RevokedToken(key=ref.key, kind=ref.kind, identifier=ref.identifier) for ref in chosen
        )
        subjects = [Subject.user(user.pk) for user in self.rng.sample(self.users, 250)]
        subjects += [Subject.session(sid) for sid in self.rng.sample(self.sessions, 120)]
        cutoffs = [(subject, random_time(self.rng), self._kept()) for subject in subjects * 2]
        cutoffs.append((EVERYONE, START + timedelta(seconds=20), self._kept()))
        self.cutoffs = [((s.type, s.id), not_before, kept) for s, not_before, kept in cutoffs]
        TokenCutoff.objects.bulk_create(self._row(*cutoff) for cutoff in cutoffs)

    def _kept(self):
        """Choose the key of a token or session to exempt, or ``None``."""
        ref = self.rng.choice(self.tokens).ref
        return self.rng.choice([None, None, ref.key, ref.family_key])

    @staticmethod
    def _row(subject, not_before, kept):
        user_id = int(subject.id) if subject.type == "user" else None
        columns = {"key": subject.key, "subject_type": subject.type, "subject_id": subject.id}
        return TokenCutoff(**columns, user_id=user_id, not_before=not_before, kept=kept)
