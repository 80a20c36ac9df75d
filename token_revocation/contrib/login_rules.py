"""Login rules of other packages, for the setting ``LOGIN_RULES``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps

from token_revocation.exceptions import EmailNotVerified, SecondFactorRequired


def check_allauth(request: Any, user: Any) -> None:
    """Reject a login for which allauth requires more than a password.

    Args:
        request: The request that logs in.
        user: The user, whose password is correct.

    Raises:
        EmailNotVerified: ``ACCOUNT_EMAIL_VERIFICATION`` is mandatory, and no email address of
            the user is verified.
        SecondFactorRequired: The user has a second factor, or ``ACCOUNT_LOGIN_BY_CODE_REQUIRED``
            is set.
    """
    if apps.is_installed("allauth.account"):
        _check_email_and_code(user)
    if apps.is_installed("allauth.mfa") and _import_allauth("mfa.utils").is_mfa_enabled(user):
        raise SecondFactorRequired


def _check_email_and_code(user: Any) -> None:
    settings = _import_allauth("account.app_settings")
    is_mandatory = settings.EMAIL_VERIFICATION == settings.EmailVerificationMethod.MANDATORY
    if is_mandatory and not _import_allauth("account.utils").has_verified_email(user):
        raise EmailNotVerified
    if settings.LOGIN_BY_CODE_REQUIRED:
        raise SecondFactorRequired


def _import_allauth(name: str) -> Any:
    # Imported late, as allauth is optional.
    return import_module(f"allauth.{name}")
