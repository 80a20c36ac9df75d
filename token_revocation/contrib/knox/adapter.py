"""What a token of knox is to us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db import router
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import get_token_model
from knox.settings import knox_settings
from rest_framework.exceptions import PermissionDenied

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware, database_now, native, now
from token_revocation.contrib.knox.stored import find, last_moment
from token_revocation.tokens import IssuedToken, Subject, TokenRef


class KnoxAdapter(TokenAdapter):
    """knox's token: identified by the digest that knox stores of it."""

    kind = "knox"
    admin_classes: ClassVar[Mapping[str, str]] = {
        "knox.AuthToken": "token_revocation.contrib.knox.admin.TokenAdmin"
    }

    @property
    def model(self) -> Any:
        """The model of the tokens, ``KNOX_TOKEN_MODEL``."""
        return get_token_model()

    @property
    def admin_models(self) -> tuple[str, ...]:
        """That model."""
        return (self.model._meta.label,)

    @property
    def stored_in(self) -> tuple[str, ...]:
        """That model."""
        return self.admin_models

    @property
    def lifetime(self) -> timedelta | None:
        """The longest that a token which is stored now can be accepted still.

        Asks the database: a token may be made with any expiry, whatever ``TOKEN_TTL`` is. For
        ever if one never expires, or if ``AUTO_REFRESH`` renews them without
        ``AUTO_REFRESH_MAX_TTL``.
        """
        endless = Count("pk", filter=Q(expiry=None))
        found = self._tokens().aggregate(latest=Max("expiry"), endless=endless)
        bounds = [knox_settings.TOKEN_TTL]
        if found["latest"] is not None:
            bounds.append(aware(found["latest"]) - now())
        if knox_settings.AUTO_REFRESH:
            bounds.append(knox_settings.AUTO_REFRESH_MAX_TTL)
        return None if found["endless"] or None in bounds else max(bounds)

    def identify(self, token: Any) -> TokenRef:
        return TokenRef(
            kind=self.kind,
            identifier=token.digest,
            subjects=(Subject.user(token.user_id),),
            issued_at=aware(token.created),
            expires_at=last_moment(token),
        )

    def read(self, raw: str) -> TokenRef | None:
        token = find(self._tokens(), raw)
        return self.identify(token) if token else None

    def read_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        digests = [hash_token(raw) for raw in raws]
        return [self.identify(token) for token in self._tokens().filter(pk__in=digests)]

    def issue(self, user: Any) -> IssuedToken:
        """A new token; 403 if the user has ``TOKEN_LIMIT_PER_USER`` already, as in knox.

        Dated by the clock of the database, to which cutoffs belong.
        """
        limit = knox_settings.TOKEN_LIMIT_PER_USER
        if limit is not None and self._accepted(user).count() >= limit:
            raise PermissionDenied(_("Maximum amount of tokens allowed per user exceeded."))
        token, raw = self.model.objects.create(
            user=user, expiry=knox_settings.TOKEN_TTL, prefix=knox_settings.TOKEN_PREFIX
        )
        # A cutoff is a moment by the database's clock, and this host's may be slow, or fast.
        token.created = native(database_now(token._state.db))
        self._tokens().filter(pk=token.pk).update(created=token.created)
        return IssuedToken(raw=raw, ref=self.identify(token))

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        return [self.identify(token) for token in self._accepted(user)]

    def destroy(self, token: TokenRef) -> None:
        self.destroy_many([token])

    def destroy_many(self, tokens: Sequence[TokenRef]) -> None:
        self._tokens().filter(pk__in=[token.identifier for token in tokens]).delete()

    def _tokens(self) -> Any:
        return self.model.objects.using(router.db_for_write(self.model))

    def _accepted(self, user: Any) -> Any:
        alive = Q(expiry__gte=timezone.now()) | Q(expiry=None)
        return self._tokens().filter(alive, user__pk=user.pk)
