"""What Django makes of a row, to compare ours with; and a manager that decides otherwise."""

from __future__ import annotations

from django.db.models import Manager


class Hesitant(Manager):
    """Knows none of them."""

    def get_queryset(self):
        return super().get_queryset().none()


def seen(instance):
    """What an instance holds, and what the others hold that it knows."""
    state = instance._state
    known = {name: other and public(other) for name, other in state.fields_cache.items()}
    return type(instance), public(instance), known, state.db, state.adding


def public(instance):
    return {name: value for name, value in vars(instance).items() if name != "_state"}


def manage(monkeypatch, model, manager):
    """Let ``manager`` decide, as ``objects`` of ``model``."""
    manager.model, manager.name = model, "objects"
    monkeypatch.setattr(model, "objects", manager)
