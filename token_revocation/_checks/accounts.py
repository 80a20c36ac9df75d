"""Checks of account columns and of second factors."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Warning

from token_revocation._checks.urlconf import iterate_routes
from token_revocation.conf import Settings, settings

EVENTS_BY_COLUMN = {"is_active": "deactivation", "password": "password_change"}

SECOND_FACTOR_APPS = ("deux", "django_mfa2", "django_otp", "mfa", "trench", "two_factor")
"""Apps that ask for a second factor on their own pages. A login rule covers allauth's."""


def check_account_fields() -> Iterator[CheckMessage]:
    """Warn if ``REVOKE_ON`` names an event that changes no column of the user model."""
    user_model = get_user_model()
    columns = {field.name for field in user_model._meta.concrete_fields}
    for name, event in EVENTS_BY_COLUMN.items():
        if name not in columns and event in settings.REVOKE_ON:
            yield Warning(
                f"{name} is not a column of {user_model._meta.label}, so a {event} may not be "
                "detected.",
                hint=f"Call services.revoke_all(user, reason={event!r}) after the change.",
                id="token_revocation.W081",
            )


def check_second_factors() -> Iterator[CheckMessage]:
    """Warn if an app for second factors is installed and ``login/`` does not check it."""
    used = [app for app in SECOND_FACTOR_APPS if apps.is_installed(app)]
    if used and settings.LOGIN_RULES == Settings.LOGIN_RULES and _serves_login():
        yield Warning(
            f"login/ does not check the second factors of {', '.join(used)}.",
            hint="Add a rule that rejects users with a second factor to "
            "TOKEN_REVOCATION['LOGIN_RULES'], or remove login/ from the URL configuration.",
            id="token_revocation.W082",
        )


def _serves_login() -> bool:
    view = "token_revocation.views.login.LoginView"
    return any(route.view == view for route in iterate_routes())
