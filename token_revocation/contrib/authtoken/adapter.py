"""What a token of DRF is to us."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import router

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware, database_now, native, now
from token_revocation.conf import settings
from token_revocation.stores import get_store
from token_revocation.tokens import IssuedToken, Subject, TokenRef


class AuthTokenAdapter(TokenAdapter):
    """DRF's token: identified by the SHA-256 of its stored key."""

    kind = "authtoken"
    model_label = "authtoken.Token"
    admin_models = ("authtoken.TokenProxy",)
    admin_classes: ClassVar[Mapping[str, str]] = {
        "authtoken.TokenProxy": "token_revocation.contrib.authtoken.admin.TokenAdmin"
    }
    reissues = True

    @property
    def model(self) -> Any:
        """The model of the tokens; looked up late, as models load after these classes."""
        return apps.get_model(self.model_label)

    @property
    def stored_in(self) -> tuple[str, ...]:
        """The model, and its proxy in the admin."""
        return (self.model_label, *self.admin_models)

    @property
    def lifetime(self) -> timedelta | None:
        """``AUTHTOKEN_TTL``."""
        return settings.AUTHTOKEN_TTL

    def identify(self, token: Any) -> TokenRef:
        created = getattr(token, "created", None)
        issued_at = aware(created) if created else None
        ttl = self.lifetime
        return TokenRef(
            kind=self.kind,
            identifier=digest(token.key),
            subjects=(Subject.user(token.user_id),),
            issued_at=issued_at,
            expires_at=issued_at + ttl if issued_at and ttl is not None else None,
        )

    def read(self, raw: str) -> TokenRef | None:
        token = self._tokens().filter(key=raw).first()
        return self.identify(token) if token else None

    def read_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        return map(self.identify, self._tokens().filter(key__in=raws))

    def issue(self, user: Any) -> IssuedToken:
        """The user's token; a new one in place of one that is expired, revoked or cut off."""
        token, created = self._get_or_create(user)
        if not created and self._is_dead(self.identify(token)):
            self._tokens().filter(pk=token.pk).delete()
            token, created = self._get_or_create(user)
        return IssuedToken(raw=token.key, ref=self.identify(token))

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        refs = map(self.identify, self._tokens().filter(user__pk=user.pk))
        moment = now()
        return [ref for ref in refs if not ref.is_expired(moment)]

    def destroy(self, token: TokenRef) -> None:
        self.destroy_many([token])

    def destroy_many(self, tokens: Sequence[TokenRef]) -> None:
        users = {subject.id for token in tokens if (subject := token.subject("user"))}
        identifiers = {token.identifier for token in tokens}
        stored = self._tokens().filter(user_id__in=users) if users else ()
        gone = [row.pk for row in stored if digest(row.key) in identifiers]
        if gone:
            self._tokens().filter(pk__in=gone).delete()

    def check(self) -> list[CheckMessage]:
        return [] if _is_installed(self.model_label) else [_not_installed(self.model_label)]

    def _tokens(self) -> Any:
        return self.model._default_manager.using(router.db_for_write(self.model))

    def _get_or_create(self, user: Any) -> tuple[Any, bool]:
        token, created = self._tokens().get_or_create(user=user)
        if created:
            # A cutoff is a moment by the database's clock, and this host's may be slow.
            token.created = native(database_now(token._state.db))
            self._tokens().filter(pk=token.pk).update(created=token.created)
        return token, created

    def _is_dead(self, ref: TokenRef) -> bool:
        return ref.is_expired(now()) or get_store().is_revoked(ref)


def digest(raw: str) -> str:
    """What identifies a token whose key is ``raw``: 160 random bits need no salt."""
    return hashlib.sha256(raw.encode()).hexdigest()


def _is_installed(model_label: str) -> bool:
    return model_label.partition(".")[0] in {config.label for config in apps.get_app_configs()}


def _not_installed(model_label: str) -> CheckMessage:
    return Error(
        f"ADAPTERS names AuthTokenAdapter, but the app of {model_label} is not installed.",
        hint="Add 'rest_framework.authtoken' to INSTALLED_APPS or take the adapter out.",
        id="token_revocation.E006",
    )
