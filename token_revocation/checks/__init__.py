"""System checks: one small function for each mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Tags, register

from token_revocation.checks import configuration, deploy, gate, issuer, parts

Check = Callable[[], Iterator[CheckMessage]]

SETTINGS: tuple[Check, ...] = (
    configuration.check_names,
    configuration.check_paths,
    configuration.check_durations,
    configuration.check_cookies,
    configuration.check_events,
    configuration.check_purging,
    issuer.check_issuer,
)
GATE: tuple[Check, ...] = (gate.check_gate, gate.check_order)
PARTS: tuple[Check, ...] = (parts.check_kinds, parts.check_parts, parts.check_routers)
DEPLOY: tuple[Check, ...] = (
    deploy.check_lifetimes,
    deploy.check_all_events,
    deploy.check_throttles,
    deploy.check_unidentified,
    deploy.check_cookie_flags,
    deploy.check_sqlite_waits,
)


@register(Tags.security)
def check_token_revocation(**kwargs: Any) -> list[CheckMessage]:
    """What is wrong; parts are only asked if the settings lead to them."""
    found = _found(SETTINGS + GATE)
    is_lost = any(message.id == "token_revocation.E002" for message in found)
    return found if is_lost else found + _found(PARTS)


@register(Tags.security, deploy=True)
def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """What is unsafe in production; nothing while something is wrong."""
    is_wrong = any(message.is_serious() for message in check_token_revocation())
    return [] if is_wrong else _found(DEPLOY)


def _found(checks: tuple[Check, ...]) -> list[CheckMessage]:
    return [message for check in checks for message in check()]
