"""Revocation of all tokens of a subject of any type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth import get_user_model

from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.tokens import Subject

SERVICES: Mapping[str, Callable[[str], TokenCutoff]] = {
    "user": lambda user_id: services.revoke_all(get_user_model()(pk=user_id)),
    "session": services.revoke_session,
    "client": services.revoke_client,
    "everyone": lambda _: services.revoke_everyone(),
}


def revoke_subject(subject: Subject) -> TokenCutoff:
    """Revoke all tokens of ``subject``."""
    return SERVICES[subject.type](subject.id)
