"""System checks of the token model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error


def is_installed(model_label: str) -> bool:
    """Return whether the app of the model is installed."""
    return model_label.partition(".")[0] in {config.label for config in apps.get_app_configs()}


def get_required_fields(model: Any) -> list[str]:
    """Return the names of the fields for which a login has no value."""
    provided = {"key", "user", "created", model._meta.pk.name}
    return [
        field.name
        for field in model._meta.concrete_fields
        if not (field.name in provided or field.blank or field.null or _has_value(field))
    ]


def _has_value(field: Any) -> bool:
    has_default = field.has_default() or field.has_db_default()
    return bool(has_default or field.generated or field.empty_strings_allowed)


def report_required_fields(model_label: str, fields: Iterable[str]) -> CheckMessage:
    """Return the error for ``fields`` without a value."""
    return Error(
        f"A login cannot create a {model_label}: it has no value for {', '.join(fields)}.",
        hint="Override create_token() in a subclass of AuthTokenAdapter, or remove the URL.",
        id="token_revocation.E075",
    )


def report_missing_app(model_label: str) -> CheckMessage:
    """Return the error for a model whose app is not installed."""
    return Error(
        f"ADAPTERS names AuthTokenAdapter, but the app of {model_label} is not installed.",
        hint="Add 'rest_framework.authtoken' to INSTALLED_APPS, or remove it from ADAPTERS.",
        id="token_revocation.E006",
    )
