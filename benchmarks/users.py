"""Users of the benchmarks, and their tokens."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token

CLIENTS = 500


@cache
def users_of(group: str) -> list[Any]:
    """Return the users of ``group``."""
    users = get_user_model()._default_manager
    users.bulk_create(
        get_user_model()(username=f"{group}{number}", email=f"{group}{number}@example.com")
        for number in range(CLIENTS)
    )
    return list(users.filter(username__startswith=group))


@cache
def authtoken_headers() -> list[str]:
    """Return a DRF token for each user."""
    users = users_of("drf")
    Token.objects.bulk_create(Token(key=Token.generate_key(), user=user) for user in users)
    keys = Token.objects.filter(user__in=users).values_list("key", flat=True)
    return [f"Token {key}" for key in keys]
