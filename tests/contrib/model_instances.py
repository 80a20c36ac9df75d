"""Comparison of model instances, and replacement of a model's manager."""

from __future__ import annotations

from django.db.models import Manager


class EmptyManager(Manager):
    """Finds no rows."""

    def get_queryset(self):
        return super().get_queryset().none()


def get_state(instance):
    """Return the class, attributes, database and cached relations of an instance."""
    state = instance._state
    related = {name: other and get_attributes(other) for name, other in state.fields_cache.items()}
    return type(instance), get_attributes(instance), related, state.db, state.adding


def get_attributes(instance):
    return {name: value for name, value in vars(instance).items() if name != "_state"}


def replace_manager(monkeypatch, model, manager):
    """Use ``manager`` as ``objects`` of ``model``."""
    manager.model, manager.name = model, "objects"
    monkeypatch.setattr(model, "objects", manager)
