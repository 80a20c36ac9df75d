"""System checks of settings, authentication classes, views and deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Tags, register

from token_revocation._checks import (
    accounts,
    admin,
    authentication,
    browser_sessions,
    calls,
    components,
    configuration,
    deployment,
    entry_points,
    issuer,
    kinds,
    prepared_statements,
    sessions,
    tenants,
    trusted_issuers,
)

Check = Callable[[], Iterator[CheckMessage]]

SETTINGS: tuple[Check, ...] = (
    configuration.check_names,
    configuration.check_paths,
    configuration.check_durations,
    configuration.check_cookies,
    configuration.check_events,
    configuration.check_purge_size,
    configuration.check_login_rules,
    sessions.check_session_app,
    sessions.check_session_limit,
    sessions.check_session_metadata,
    tenants.check_tenant,
    issuer.check_issuer,
    trusted_issuers.check_trusted_issuers,
)
AUTHENTICATION: tuple[Check, ...] = (
    authentication.check_revocable_default,
    authentication.check_challenge,
)
COMPONENTS: tuple[Check, ...] = (
    components.check_duplicate_kinds,
    components.check_components,
    components.check_routers,
    prepared_statements.check_prepared_statements,
    sessions.check_session_database,
    kinds.check_missing_adapters,
    browser_sessions.check_session_authentication,
    browser_sessions.check_session_adapter,
    authentication.check_default_classes,
    authentication.check_view_classes,
    tenants.check_schemas,
    tenants.check_redirected_aliases,
    admin.check_admin_pages,
    accounts.check_account_fields,
    accounts.check_second_factors,
    entry_points.check_entry_points,
    calls.check_class_calls,
)
DEPLOYMENT: tuple[Check, ...] = (
    deployment.check_token_lifetimes,
    deployment.check_disabled_events,
    deployment.check_disabled_throttles,
    deployment.check_proxies,
    deployment.check_missing_jti,
    deployment.check_cookie_flags,
    deployment.check_sqlite_transactions,
    browser_sessions.check_login_pages,
)


@register(Tags.security)
def check_token_revocation(**kwargs: Any) -> list[CheckMessage]:
    """Report errors and warnings of every environment."""
    found = _run(SETTINGS + AUTHENTICATION)
    # With a wrong path (E002) the store or an adapter cannot be imported.
    has_wrong_path = any(message.id == "token_revocation.E002" for message in found)
    return found if has_wrong_path else found + _run(COMPONENTS)


@register(Tags.security, deploy=True)
def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """Report what is unsafe in production, unless there are errors to correct first."""
    has_errors = any(message.is_serious() for message in check_token_revocation())
    return [] if has_errors else _run(DEPLOYMENT)


def _run(checks: tuple[Check, ...]) -> list[CheckMessage]:
    return [message for check in checks for message in check()]
