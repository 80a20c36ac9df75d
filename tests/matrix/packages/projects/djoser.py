"""djoser: tokens, JWTs, accounts, and the tokens that a social login gives."""

from __future__ import annotations

from typing import Any

from tests.matrix.packages.accounts import (
    NEW_PASSWORD,
    Account,
    Attempt,
    IssuedTokens,
    attempt,
    client,
    exchange_tokens,
    post,
)
from tests.matrix.packages.project import API, Project
from tests.matrix.packages.projects import _jwt_flows, authtoken, simplejwt
from tests.matrix.packages.projects.password_reset import reset_link

OURS = "token_revocation.contrib.djoser"


def log_in(account: Account) -> IssuedTokens:
    return authtoken.parse_tokens(post("/djoser/token/login/", account.credentials)["auth_token"])


def create(account: Account) -> IssuedTokens:
    return _jwt_flows.pair(post("/djoser/jwt/create/", account.credentials))


def create_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh, create(account))


def social(account: Account) -> IssuedTokens:
    """Get the tokens of ``SOCIAL_AUTH_TOKEN_STRATEGY``, as after a social login."""
    from djoser.conf import settings

    return _jwt_flows.pair(settings.SOCIAL_AUTH_TOKEN_STRATEGY.obtain(account.current_user()))


def refresh(tokens: IssuedTokens) -> Attempt | None:
    if not tokens.refresh:
        return None
    answer = client().post("/djoser/jwt/refresh/", {"refresh": tokens.refresh}, format="json")
    return attempt(answer, lambda body: _jwt_flows.pair({"refresh": tokens.refresh, **body}))


def verify(tokens: IssuedTokens) -> Attempt | None:
    raws = [raw for raw in (tokens.access, tokens.refresh) if raw]
    path = "/djoser/jwt/verify/"
    answers = [attempt(client().post(path, {"token": raw}, format="json")) for raw in raws]
    return max(answers, key=lambda answer: answer.is_accepted, default=None)


def log_out(account: Account, tokens: IssuedTokens) -> bool:
    post("/djoser/token/logout/", {}, tokens, 204)
    return True


def set_password(account: Account, tokens: IssuedTokens) -> bool:
    passwords = {"new_password": NEW_PASSWORD, "current_password": account.password}
    post("/djoser/users/set_password/", passwords, tokens, 204)
    account.password = NEW_PASSWORD
    return True


def reset_password(account: Account, tokens: IssuedTokens) -> bool:
    body = {**reset_link(account), "new_password": NEW_PASSWORD}
    post("/djoser/users/reset_password_confirm/", body, expected=204)
    account.password = NEW_PASSWORD
    return True


def delete_me(account: Account, tokens: IssuedTokens) -> bool:
    body = {"current_password": account.password}
    answer = client(tokens).delete("/djoser/users/me/", body, format="json")
    assert answer.status_code == 204, answer.content
    return True


def urls(*modules: str) -> Any:
    def make_urls() -> list[Any]:
        from django.urls import include, path

        return [path("djoser/", include(module)) for module in modules]

    return make_urls


ACCOUNTS = {
    "`POST djoser/users/set_password/`": set_password,
    "`POST djoser/users/reset_password_confirm/`": reset_password,
    "`DELETE djoser/users/me/`": delete_me,
}
IGNORED_ROUTES = {"djoser/": "the account, mails, and the root of the router"}
JWT = {
    "apps": ["djoser", "rest_framework_simplejwt", "rest_framework_simplejwt.token_blacklist"],
    "modules": ["djoser", "rest_framework_simplejwt"],
    "logins": {
        "`POST djoser/jwt/create/`": create,
        "`POST djoser/jwt/create/`, then refreshed": create_and_refresh,
        "`SOCIAL_AUTH_TOKEN_STRATEGY.obtain()`": social,
    },
    "entry_points": {
        API: _jwt_flows.call,
        "`POST djoser/jwt/verify/`": verify,
        "`POST djoser/jwt/refresh/`": refresh,
    },
    "events": ACCOUNTS,
    "ignored_routes": IGNORED_ROUTES,
}

PROJECTS = [
    Project(
        name="djoser, tokens",
        about="`RevocableTokenAuthentication`, `djoser.urls` and `djoser.urls.authtoken`.",
        modules=["djoser"],
        apps=["djoser", "rest_framework.authtoken"],
        settings=authtoken.SETTINGS,
        urls=urls("djoser.urls", "djoser.urls.authtoken"),
        logins={"`POST djoser/token/login/`": log_in},
        entry_points={API: authtoken.call},
        events={"`POST djoser/token/logout/`": log_out, **ACCOUNTS},
        ignored_routes=IGNORED_ROUTES,
    ),
    Project(
        name="djoser, JWTs, its own URLs",
        about="`RevocableJWTAuthentication` and `SimpleJWTAdapter`, and `djoser.urls.jwt`.",
        settings={**simplejwt.SETTINGS, "DJOSER": {"TOKEN_MODEL": None}},
        urls=urls("djoser.urls", "djoser.urls.jwt"),
        **JWT,
    ),
    Project(
        name="djoser, JWTs, our URLs",
        about="As [Recipes](recipes.md) says.",
        settings={
            **simplejwt.SETTINGS,
            "DJOSER": {
                "TOKEN_MODEL": None,
                "SOCIAL_AUTH_TOKEN_STRATEGY": f"{OURS}.strategies.RevocableTokenStrategy",
            },
        },
        urls=urls("djoser.urls", f"{OURS}.urls.jwt"),
        **JWT,
    ),
]
