"""The adapter for DRF's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, ClassVar

from django.apps import apps
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, router, transaction
from django.db.models import Min

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware, date_row, native, now
from token_revocation.conf import settings
from token_revocation.contrib.authtoken._checks import (
    get_required_fields,
    is_installed,
    report_missing_app,
    report_required_fields,
)
from token_revocation.contrib.authtoken._keys import digest, fits_key
from token_revocation.tokens import IssuedToken, Subject, TokenRef

_CANNOT_CREATE = "Cannot create a {} from a user alone. Override create_token() of the adapter."


class AuthTokenAdapter(TokenAdapter):
    """Adapter for DRF's tokens, identified by the SHA-256 of their keys."""

    kind = "authtoken"
    model_label = "authtoken.Token"
    admin_models = ("authtoken.TokenProxy",)
    admin_classes: ClassVar[Mapping[str, str]] = {
        "authtoken.TokenProxy": "token_revocation.contrib.authtoken._admin.TokenAdmin"
    }
    authentication_classes: ClassVar[Mapping[str, str]] = {
        "rest_framework.authentication.TokenAuthentication": (
            "token_revocation.contrib.authtoken.RevocableTokenAuthentication"
        ),
        # A subclass of TokenAuthentication that does not accept DRF's tokens.
        "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication": "",
    }
    reuses_stored_token = True
    is_stored = True

    @property
    def model(self) -> Any:
        """The model of the tokens."""
        # Looked up late, as models are loaded after the adapters.
        return apps.get_model(self.model_label)

    @property
    def token_models(self) -> tuple[str, ...]:
        """The model and its proxy in the admin."""
        return (self.model_label, *self.admin_models)

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """The column ``key``, which holds the raw token."""
        return (f"{self.model._meta.concrete_model._meta.label}.key",)

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
            issuer=self.issuer,
            subjects=(Subject.user(token.user_id),),
            issued_at=issued_at,
            expires_at=issued_at + ttl if issued_at and ttl is not None else None,
        )

    def resolve(self, raw: str) -> TokenRef | None:
        if not fits_key(self.model, raw):
            return None
        token = self._get_tokens().filter(key=raw).first()
        return self.identify(token) if token else None

    def resolve_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        keys = [raw for raw in raws if fits_key(self.model, raw)]
        return map(self.identify, self._get_tokens().filter(key__in=keys) if keys else ())

    def issue(self, user: Any) -> IssuedToken:
        """Return the user's token, or a new one if that is missing, expired or revoked.

        If a user can have several tokens, every login creates one.

        Raises:
            ImproperlyConfigured: The model requires more fields than ``user``.
        """
        token = self._get_stored(user)
        if token is None or _delete_if_rejected(self.identify(token)):
            token = self._create_stored(user)
        return IssuedToken(raw=token.key, ref=self.identify(token))

    def create_token(self, user: Any) -> Any:
        """Create a token for ``user``. Override it if the model requires other fields."""
        return self._get_tokens().create(user=user)

    def date_stored(self, token: Any) -> None:
        date_row(token)

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        refs = map(self.identify, self._get_tokens().filter(user__pk=user.pk))
        current_time = now()
        return [ref for ref in refs if not ref.is_expired(current_time)]

    def oldest_minted_at(self) -> datetime | None:
        ttl, stored = self.lifetime, self._get_tokens()
        if ttl is not None:
            stored = stored.filter(created__gt=native(now() - ttl))
        oldest = stored.aggregate(oldest=Min("created"))["oldest"]
        return aware(oldest) if oldest else None

    def expired_rows(self, before: datetime) -> Any:
        """Return the tokens older than ``AUTHTOKEN_TTL`` at the time ``before``."""
        ttl = self.lifetime
        return None if ttl is None else self._get_tokens().filter(created__lt=native(before - ttl))

    def delete_stored(self, token: TokenRef) -> None:
        self.delete_stored_many([token])

    def delete_stored_many(self, tokens: Sequence[TokenRef]) -> None:
        users = {subject.id for token in tokens if (subject := token.subject("user"))}
        identifiers = {token.identifier for token in tokens}
        stored = self._get_tokens().filter(user_id__in=users) if users else ()
        pks = [row.pk for row in stored if digest(row.key) in identifiers]
        if pks:
            self._get_tokens().filter(pk__in=pks).delete()

    def check(self) -> list[CheckMessage]:
        if not is_installed(self.model_label):
            return [report_missing_app(self.model_label)]
        is_overridden = type(self).create_token is not AuthTokenAdapter.create_token
        fields = [] if is_overridden else get_required_fields(self.model)
        return [report_required_fields(self.model_label, fields)] if fields else []

    def get_class_replacement(self, authentication_class: type[Any]) -> str:
        """Return the replacement of a class, or ``""`` if its tokens are of another model."""
        model = getattr(authentication_class, "model", None)
        label = model._meta.label if model is not None else "authtoken.Token"
        is_same = label in self.token_models
        return super().get_class_replacement(authentication_class) if is_same else ""

    def _get_tokens(self) -> Any:
        return self.model._default_manager.using(router.db_for_write(self.model))

    def _has_one_token_per_user(self) -> bool:
        return bool(self.model._meta.get_field("user").unique)

    def _get_stored(self, user: Any) -> Any:
        """Return the token that every login of ``user`` shares, or ``None``."""
        is_shared = self._has_one_token_per_user()
        return self._get_tokens().filter(user=user).first() if is_shared else None

    def _create_stored(self, user: Any) -> Any:
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                token = self.create_token(user)
        except IntegrityError as error:
            token = self._get_stored(user)  # A concurrent login has created it.
            if token is None:  # Under REPEATABLE READ, only a new transaction sees that token.
                raise ImproperlyConfigured(_CANNOT_CREATE.format(self.model_label)) from error
        return token


def _delete_if_rejected(token: TokenRef) -> bool:
    """Delete the row of ``token``, and return ``True``, if it is expired or revoked."""
    # Models are loaded after the adapters.
    services: Any = import_module("token_revocation.services")
    return bool(services.delete_if_rejected(token))
