"""Django REST framework's own tokens."""

from __future__ import annotations

from typing import Any

from tests.matrix.packages.accounts import Account, Attempt, IssuedTokens, attempt, client, post
from tests.matrix.packages.events import admin_post, command
from tests.matrix.packages.project import API, Project

OURS = "token_revocation.contrib.authtoken"

SETTINGS = {
    "REST_FRAMEWORK": {
        "DEFAULT_AUTHENTICATION_CLASSES": [f"{OURS}.RevocableTokenAuthentication"],
    },
}


def parse_tokens(raw: str) -> IssuedTokens:
    return IssuedTokens(scheme="Token", access=raw)


def call(tokens: IssuedTokens) -> Attempt | None:
    """Send the token in the header of an API request."""
    return attempt(client(tokens).get("/hello/")) if tokens.access else None


def obtain(account: Account) -> IssuedTokens:
    return parse_tokens(post("/api-token-auth/", account.credentials)["token"])


def our_login(account: Account) -> IssuedTokens:
    return parse_tokens(post("/auth/login/", account.credentials)["token"])


def get_or_create(account: Account) -> IssuedTokens:
    from rest_framework.authtoken.models import Token

    return parse_tokens(Token.objects.get_or_create(user=account.current_user())[0].key)


def by_command(account: Account) -> IssuedTokens:
    command("drf_create_token", account.username)
    return get_or_create(account)


def by_admin(account: Account) -> IssuedTokens:
    """Create a token, as an admin page of the project does."""
    return get_or_create(account)


def delete(account: Account, tokens: IssuedTokens) -> bool:
    token_rows(tokens).get().delete()
    return True


def delete_rows(account: Account, tokens: IssuedTokens) -> bool:
    token_rows(tokens).delete()
    return True


def reset(account: Account, tokens: IssuedTokens) -> bool:
    return command("drf_create_token", "--reset", account.username)


def revoke_selected(account: Account, tokens: IssuedTokens) -> bool:
    form = {"action": "revoke_selected_tokens", "_selected_action": [account.pk]}
    return admin_post("/admin/authtoken/tokenproxy/", form)


def token_rows(tokens: IssuedTokens) -> Any:
    from rest_framework.authtoken.models import Token

    return Token.objects.filter(key=tokens.access)


EVENTS = {
    "`Token.delete()`": delete,
    "`Token.objects.filter().delete()`": delete_rows,
    "`drf_create_token --reset`": reset,
    "“Revoke selected tokens” in the admin": revoke_selected,
}


def urls() -> list[Any]:
    from django.urls import path
    from rest_framework.authtoken.views import obtain_auth_token

    return [path("api-token-auth/", obtain_auth_token)]


PROJECTS = [
    Project(
        name="Django REST framework, `authtoken`",
        about="`RevocableTokenAuthentication`; `obtain_auth_token` as it is.",
        modules=["rest_framework"],
        apps=["rest_framework.authtoken"],
        settings=SETTINGS,
        urls=urls,
        logins={
            "`POST api-token-auth/`": obtain,
            "`POST auth/login/`": our_login,
            "`Token.objects.get_or_create()`": get_or_create,
            "`drf_create_token`": by_command,
        },
        entry_points={API: call},
        events=EVENTS,
    ),
]
