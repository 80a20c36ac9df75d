"""allauth, headless: access and refresh tokens, session tokens, and sessions of browsers."""

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
from tests.matrix.packages.project import API, Project, hello
from tests.matrix.packages.projects.password_reset import reset_link

OURS = "token_revocation.contrib.allauth"
STRATEGIES = "allauth.headless.tokens.strategies"
CLASSES = "allauth.headless.contrib.rest_framework.authentication"
APP, BROWSER = "/_allauth/app/v1", "/_allauth/browser/v1"


def settings(strategy: str, authentication: str, **more: Any) -> dict[str, Any]:
    return {
        "REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [authentication]},
        "TOKEN_REVOCATION": {"ADAPTERS": [f"{OURS}.AllauthAdapter"]},
        "AUTHENTICATION_BACKENDS": [
            "django.contrib.auth.backends.ModelBackend",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_RATE_LIMITS": False,
        "HEADLESS_ONLY": True,
        "HEADLESS_FRONTEND_URLS": {},
        "HEADLESS_TOKEN_STRATEGY": strategy,
        "HEADLESS_JWT_ALGORITHM": "HS256",
        **more,
    }


def parse_tokens(answer: Any) -> IssuedTokens:
    """Return the tokens in the response to a login."""
    meta = answer["meta"]
    extra = {"session": meta["session_token"]} if "session_token" in meta else {}
    access, refresh = meta.get("access_token", ""), meta.get("refresh_token", "")
    return IssuedTokens(access=access, refresh=refresh, extra=extra)


def log_in(account: Account) -> IssuedTokens:
    return parse_tokens(post(f"{APP}/auth/login", account.credentials))


def log_in_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh, log_in(account))


def sign_up(account: Account) -> IssuedTokens:
    """Sign up a new user, and make it the user of ``account``."""
    from django.contrib.auth import get_user_model

    name = f"signed-up-{account.username}-{get_user_model().objects.count()}"
    body = {"username": name, "email": f"{name}@example.com", "password": account.password}
    found = parse_tokens(post(f"{APP}/auth/signup", body))
    account.username, account.user = name, get_user_model().objects.get(username=name)
    account.pk = account.user.pk
    return found


def call(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).get("/hello/")) if tokens.access else None


def refresh(tokens: IssuedTokens) -> Attempt | None:
    if not tokens.refresh:
        return None
    answer = client().post(
        f"{APP}/tokens/refresh", {"refresh_token": tokens.refresh}, format="json"
    )

    def parse(body: Any) -> IssuedTokens:
        found = body["data"]
        new = found.get("refresh_token", tokens.refresh)
        return IssuedTokens(access=found["access_token"], refresh=new, extra=tokens.extra)

    return attempt(answer, parse)


def session_of(tokens: IssuedTokens) -> dict[str, str] | None:
    raw = tokens.extra.get("session")
    return {"HTTP_X_SESSION_TOKEN": raw} if raw else None


def show_session(tokens: IssuedTokens) -> Attempt | None:
    headers = session_of(tokens)
    return attempt(client().get(f"{APP}/auth/session", **headers)) if headers else None


def show_session_by_access_token(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).get(f"{APP}/auth/session")) if tokens.access else None


def call_by_session_token(tokens: IssuedTokens) -> Attempt | None:
    headers = session_of(tokens)
    return attempt(client().get("/by-session-token/", **headers)) if headers else None


def log_out(account: Account, tokens: IssuedTokens) -> bool:
    answer = client().delete(f"{APP}/auth/session", **session_of(tokens))
    assert answer.status_code == 401, answer.content  # The status of a request without a session.
    return True


def change_password(account: Account, tokens: IssuedTokens) -> bool:
    """Change it in another session, since allauth keeps the session that changes it."""
    passwords = {"current_password": account.password, "new_password": NEW_PASSWORD}
    headers = session_of(log_in(account))
    client().post(f"{APP}/account/password/change", passwords, format="json", **headers)
    account.password = NEW_PASSWORD
    assert account.current_user().check_password(NEW_PASSWORD)
    return True


def reset_password(account: Account, tokens: IssuedTokens) -> bool:
    found = reset_link(account, by_allauth=True)
    body = {"key": f"{found['uid']}-{found['token']}", "password": NEW_PASSWORD}
    client().post(f"{APP}/auth/password/reset", body, format="json")
    account.password = NEW_PASSWORD
    assert account.current_user().check_password(NEW_PASSWORD)
    return True


def urls(session_class: str) -> Any:
    def make_urls() -> list[Any]:
        from django.urls import include, path
        from django.utils.module_loading import import_string

        by_session_token = hello(authentication_classes=[import_string(session_class)])
        return [
            path("accounts/", include("allauth.urls")),
            path("_allauth/", include("allauth.headless.urls")),
            path("by-session-token/", by_session_token),
        ]

    return make_urls


COMMON = {
    "modules": ["allauth", "jwt"],
    "apps": ["allauth", "allauth.account", "allauth.headless"],
    "middleware": ["allauth.account.middleware.AccountMiddleware"],
    "logins": {
        "`POST _allauth/app/v1/auth/login`": log_in,
        "`POST _allauth/app/v1/auth/signup`": sign_up,
    },
    "events": {
        "`DELETE _allauth/app/v1/auth/session`": log_out,
        "`POST _allauth/app/v1/account/password/change`": change_password,
        "`POST _allauth/app/v1/auth/password/reset`": reset_password,
    },
    "ignored_routes": {
        "by-session-token/": "a view of the project",
        "_allauth/app/v1/tokens/": "for JWTs only",
        "accounts/": "empty pages, with HEADLESS_ONLY",
        "_allauth/browser/": "sessions of browsers",
        "_allauth/app/v1/config": "public",
        "_allauth/app/v1/account/": "the account, with the session token",
        "_allauth/app/v1/auth/": "part of a login",
    },
}
SESSIONS = {
    "`GET _allauth/app/v1/auth/session`": show_session,
    "API request by `XSessionTokenAuthentication`": call_by_session_token,
}
JWTS = {
    API: call,
    "`POST _allauth/app/v1/tokens/refresh`": refresh,
    "`GET _allauth/app/v1/auth/session`, by access token": show_session_by_access_token,
    **SESSIONS,
}
REFRESHED = {"`POST _allauth/app/v1/auth/login`, then refreshed": log_in_and_refresh}

PROJECTS = [
    Project(
        name="allauth, its own strategy",
        about="`RevocableJWTTokenAuthentication` and `AllauthAdapter`, nothing else.",
        settings=settings(
            f"{STRATEGIES}.jwt.JWTTokenStrategy", f"{OURS}.RevocableJWTTokenAuthentication"
        ),
        urls=urls(f"{CLASSES}.XSessionTokenAuthentication"),
        entry_points=JWTS,
        reported_as=dict.fromkeys(JWTS, "JWTTokenStrategy"),
        **{**COMMON, "logins": {**COMMON["logins"], **REFRESHED}},
    ),
    Project(
        name="allauth, our strategy",
        about="As [Recipes](recipes.md) says.",
        settings=settings(
            f"{OURS}.strategies.RevocableJWTTokenStrategy",
            f"{OURS}.RevocableJWTTokenAuthentication",
            HEADLESS_CLIENTS=("app",),
        ),
        urls=urls(f"{OURS}.RevocableXSessionTokenAuthentication"),
        entry_points=JWTS,
        **{**COMMON, "logins": {**COMMON["logins"], **REFRESHED}},
    ),
    Project(
        name="allauth, session tokens, our strategy",
        about="As [Recipes](recipes.md) says, without JWTs.",
        settings=settings(
            f"{OURS}.strategies.RevocableSessionTokenStrategy",
            f"{OURS}.RevocableXSessionTokenAuthentication",
            HEADLESS_CLIENTS=("app",),
        ),
        urls=urls(f"{OURS}.RevocableXSessionTokenAuthentication"),
        entry_points=SESSIONS,
        **COMMON,
    ),
]
