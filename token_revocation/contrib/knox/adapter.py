"""The adapter for knox's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, ClassVar

from django.db import router
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import get_token_model
from knox.settings import knox_settings
from rest_framework.exceptions import PermissionDenied

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware, date_row, native, now
from token_revocation.contrib.knox._storage import find_token, get_latest_expiry
from token_revocation.tokens import IssuedToken, Subject, TokenRef

SECRET_COLUMNS = ("digest", "token_key")


class KnoxAdapter(TokenAdapter):
    """Adapter for knox's tokens, identified by the digest that knox stores."""

    kind = "knox"
    is_stored = True
    stores_logins = True
    admin_classes: ClassVar[Mapping[str, str]] = {
        "knox.AuthToken": "token_revocation.contrib.knox._admin.TokenAdmin"
    }
    authentication_classes: ClassVar[Mapping[str, str]] = {
        "knox.auth.TokenAuthentication": "token_revocation.contrib.knox.RevocableKnoxAuthentication"
    }

    @property
    def model(self) -> Any:
        """The model of the tokens, ``KNOX_TOKEN_MODEL``."""
        return get_token_model()

    @property
    def admin_models(self) -> tuple[str, ...]:
        """The model of the tokens."""
        return (self.model._meta.label,)

    @property
    def token_models(self) -> tuple[str, ...]:
        """The model of the tokens."""
        return self.admin_models

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """The columns with the digest and with the first characters of the token."""
        return tuple(f"{label}.{name}" for label in self.token_models for name in SECRET_COLUMNS)

    @property
    def lifetime(self) -> timedelta | None:
        """The longest time for which a stored token can still be accepted, or ``None``.

        It queries the database, because a token can have another expiry than ``TOKEN_TTL``.
        There is no limit if a token never expires, or if ``AUTO_REFRESH`` is on without
        ``AUTO_REFRESH_MAX_TTL``.
        """
        unlimited = Count("pk", filter=Q(expiry=None))
        stored = self._get_tokens().aggregate(latest=Max("expiry"), unlimited=unlimited)
        limits = [knox_settings.TOKEN_TTL]
        if stored["latest"] is not None:
            limits.append(aware(stored["latest"]) - now())
        if knox_settings.AUTO_REFRESH:
            limits.append(knox_settings.AUTO_REFRESH_MAX_TTL)
        return None if stored["unlimited"] or None in limits else max(limits)

    def identify(self, token: Any) -> TokenRef:
        return TokenRef(
            kind=self.kind,
            identifier=token.digest,
            issuer=self.issuer,
            subjects=(Subject.user(token.user_id),),
            issued_at=aware(token.created),
            expires_at=get_latest_expiry(token),
        )

    def resolve(self, raw: str) -> TokenRef | None:
        token = find_token(self._get_tokens(), raw)
        return self.identify(token) if token else None

    def resolve_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        digests = [hash_token(raw) for raw in raws]
        return [self.identify(token) for token in self._get_tokens().filter(pk__in=digests)]

    def issue(self, user: Any) -> IssuedToken:
        """Create a token for ``user``.

        Raises:
            PermissionDenied: The user has ``TOKEN_LIMIT_PER_USER`` tokens already (403).
        """
        limit = knox_settings.TOKEN_LIMIT_PER_USER
        if limit is not None and self._get_active_tokens(user).count() >= limit:
            raise PermissionDenied(_("Maximum amount of tokens allowed per user exceeded."))
        token, raw = self.model.objects.create(
            user=user, expiry=knox_settings.TOKEN_TTL, prefix=knox_settings.TOKEN_PREFIX
        )
        return IssuedToken(raw=raw, ref=self.identify(token))

    def date_stored(self, token: Any) -> None:
        date_row(token)

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        return [self.identify(token) for token in self._get_active_tokens(user)]

    def oldest_minted_at(self) -> datetime | None:
        oldest = self._get_unexpired_tokens().aggregate(oldest=Min("created"))["oldest"]
        return aware(oldest) if oldest else None

    def expired_rows(self, before: datetime) -> Any:
        """Return expired tokens, which knox deletes only when it reads them again."""
        return self._get_tokens().filter(expiry__lt=native(before))

    def delete_stored(self, token: TokenRef) -> None:
        self.delete_stored_many([token])

    def delete_stored_many(self, tokens: Sequence[TokenRef]) -> None:
        self._get_tokens().filter(pk__in=[token.identifier for token in tokens]).delete()

    def get_view_replacement(self, route: Any) -> str:
        # Imported late, as it imports knox's views.
        entry_points = import_module("token_revocation.contrib.knox._entry_points")
        replacement: str = entry_points.get_view_replacement(route)
        return replacement

    def _get_tokens(self) -> Any:
        return self.model.objects.using(router.db_for_write(self.model))

    def _get_active_tokens(self, user: Any) -> Any:
        return self._get_unexpired_tokens().filter(user__pk=user.pk)

    def _get_unexpired_tokens(self) -> Any:
        return self._get_tokens().filter(Q(expiry__gte=timezone.now()) | Q(expiry=None))
