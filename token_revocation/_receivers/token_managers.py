"""Managers that keep the logins of other packages from reusing rejected tokens."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

from django.apps import apps
from django.core.signals import setting_changed
from django.db import Error, router, transaction

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.exceptions import NotRevocable, RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.services import delete_if_rejected
from token_revocation.services._issue import announce_stored_login


class ReplacingQuerySet:
    """Mixin of a queryset that replaces a rejected token by a new one.

    Login views call ``get_or_create()`` for the token of a user. Without this mixin they would
    return the same expired or revoked token at every login. ``update_or_create()`` and the
    asynchronous methods of Django call this method.
    """

    model: type[Any]

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple[Any, bool]:
        """Replace the token if it is rejected, else do as the queryset of the model."""
        get: Any = super().get_or_create  # type: ignore[misc]
        token, created = get(defaults, **kwargs)
        adapter = _find_adapter(type(token))
        if adapter is None or _selects_token(type(token), defaults, **kwargs):
            return token, created
        if not created and _delete_if_rejected(token, adapter):
            token, created = get(defaults, **kwargs)
        _announce_login(token, adapter, created)
        return token, created

    def __reduce__(self) -> tuple[Any, ...]:
        # pickle finds a class by its name, which is that of the class this one extends.
        queryset: Any = self
        return object.__new__, (type(self).__bases__[1],), queryset.__getstate__()


class ReplacingManager:
    """Mixin of a manager whose querysets replace a rejected token."""

    def get_queryset(self) -> Any:
        """Return the queryset of the manager, extended by :class:`ReplacingQuerySet`."""
        queryset: Any = super().get_queryset()  # type: ignore[misc]
        kind: Any = type(queryset)
        queryset.__class__ = _replacing_class(ReplacingQuerySet, kind)
        return queryset


def connect() -> None:
    """Extend the managers of the configured adapters, also after setting changes."""
    _extend_managers(setting="TOKEN_REVOCATION")
    setting_changed.connect(_extend_managers)


def _extend_managers(*, setting: str, **kwargs: Any) -> None:
    if setting != "TOKEN_REVOCATION":
        return
    with suppress(ImportError, AttributeError, LookupError):  # The system checks report it.
        adapters = [a for a in get_adapters().values() if a.reuses_stored_token]
        for label in [label for adapter in adapters for label in adapter.token_models]:
            options: Any = apps.get_model(label)._meta
            # The managers of the model itself, which Django copies for each use.
            for manager in {*options.managers, *options.local_managers}:
                if not isinstance(manager, ReplacingManager):
                    kind: Any = type(manager)
                    manager.__class__ = _replacing_class(ReplacingManager, kind)


@cache
def _replacing_class(mixin: Any, base: Any) -> Any:
    """Return a subclass of ``base`` with its name, which migrations import.

    ``extended_class`` says that it selects the same rows, see :mod:`stores._token_query`.
    """
    if issubclass(base, mixin):
        return base
    names = ("__module__", "__qualname__", "__doc__")
    attributes = {name: getattr(base, name) for name in names} | {"extended_class": base}
    return type(base.__name__, (mixin, base), attributes)


def _find_adapter(model: type[Any]) -> TokenAdapter | None:
    label = model._meta.label
    adapters = (a for a in get_adapters().values() if a.reuses_stored_token)
    return next((adapter for adapter in adapters if label in adapter.token_models), None)


def _announce_login(token: Any, adapter: TokenAdapter, created: bool) -> None:
    with suppress(NotRevocable):
        announce_stored_login(adapter.identify(token), token, is_new=created)


def _selects_token(model: type[Any], defaults: Any = None, **lookups: Any) -> bool:
    """Return whether the caller selects one token by its key or its time of creation."""
    fields = {name.partition("__")[0] for name in lookups}
    for values in (defaults, lookups.get("create_defaults")):
        fields.update(values or ())
    return not fields.isdisjoint({"pk", "key", "created", model._meta.pk.name})


def _delete_if_rejected(token: Any, adapter: TokenAdapter) -> bool:
    """Delete ``token`` if it is rejected and all tables are available."""
    with (
        suppress(Error, NotRevocable, RevocationUnavailable),
        transaction.atomic(using=router.db_for_write(RevokedToken)),
    ):
        return delete_if_rejected(adapter.identify(token))
    return False
