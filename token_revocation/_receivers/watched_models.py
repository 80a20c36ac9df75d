"""Receivers for all models of users and tokens, including proxies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import router
from django.db.models.signals import ModelSignal, class_prepared

from token_revocation.adapters import TokenAdapter, get_adapters

Model = type[Any]
Receiver = Callable[..., object]


class ModelReceivers:
    """Receivers connected to all watched models, including those defined later.

    Later models are, for example, a proxy in ``admin.py`` and the historical models of a migration.

    Args:
        is_watched: A predicate of the models.
        receivers: Pairs of a signal and its receiver.
    """

    # Connected by model: a receiver without a sender would slow down every save, and Django could
    # not delete rows of any model in a single statement.

    def __init__(
        self, is_watched: Callable[[Model], bool], receivers: Sequence[tuple[ModelSignal, Receiver]]
    ) -> None:
        self._is_watched = is_watched
        self._receivers = receivers
        # Signals hold receivers weakly, so these live as long as a historical model.
        self._connected: WeakKeyDictionary[Model, list[Receiver]] = WeakKeyDictionary()

    def connect(self) -> None:
        """Connect to all existing models, and to each model that is defined later."""
        class_prepared.connect(self._connect_to)
        self.reconnect()

    def reconnect(self) -> None:
        """Connect to all existing models by the current settings."""
        # Unlike get_models(), all_models can be read while apps are still loading.
        for model in [m for models in apps.all_models.values() for m in models.values()]:
            self._connect_to(model)

    def _connect_to(self, sender: Model, **kwargs: Any) -> None:
        if sender in self._connected or not self._is_watched(sender):
            return
        connected = self._connected[sender] = []
        for signal, receiver in self._receivers:
            connected.append(partial(receiver))
            signal.connect(connected[-1], sender=sender)


def is_user_model(model: Model) -> bool:
    """Return whether ``model`` is the user model, its proxy or its historical model."""
    return _has_same_rows(model, get_user_model())


def find_user_model(model: Model) -> Model | None:
    """Return ``model`` or its parent whose rows are users, or ``None``."""
    return next(filter(is_user_model, _with_parents(model)), None)


def has_user_row(model: Model) -> bool:
    """Return whether a row of ``model`` is a user, or inherits from one."""
    return find_user_model(model) is not None


def has_row_of(label: str, model: Model) -> bool:
    """Return whether a row of ``model`` is, or inherits from, one of model ``label``."""
    concrete = (saved._meta.concrete_model for saved in _with_parents(model))
    return any(saved._meta.label_lower == label.lower() for saved in concrete)


def has_token_row(model: Model) -> bool:
    """Return whether a row of ``model`` is a token, or inherits from one."""
    return any(map(is_token_model, _with_parents(model)))


def find_token_adapter(model: Model) -> TokenAdapter | None:
    """Return the adapter whose tokens are rows of ``model`` or of a parent, or ``None``."""
    return next(filter(None, map(find_adapter, _with_parents(model))), None)


def is_token_model(model: Model) -> bool:
    """Return whether the rows of ``model`` are tokens of a configured adapter."""
    with suppress(
        ImportError, AttributeError, LookupError
    ):  # The system checks report invalid ADAPTERS.
        return find_adapter(model) is not None
    return False


def find_adapter(model: Model) -> TokenAdapter | None:
    """Return the configured adapter whose tokens are rows of ``model``, or ``None``."""
    return next((a for a in get_adapters().values() if _is_token_of(a, model)), None)


def _with_parents(model: Model) -> Iterator[Model]:
    yield model
    yield from model._meta.all_parents


def _is_token_of(adapter: TokenAdapter, model: Model) -> bool:
    labels = adapter.token_models
    if model._meta.label in labels:  # The fast path, as this runs for each deleted row.
        return True
    return any(_has_same_rows(model, apps.get_model(label)) for label in labels)


def _has_same_rows(model: Model, known: Model) -> bool:
    """Return whether both models have the same table."""
    # Models are compared by name, because a migration has classes of its own. If the names differ,
    # as those of an unmanaged model do, the tables must be in the same database.
    concrete, expected = model._meta.concrete_model._meta, known._meta.concrete_model._meta
    if concrete.label_lower == expected.label_lower:
        return True
    if concrete.db_table != expected.db_table:
        return False
    return bool(router.db_for_write(model) == router.db_for_write(known))
