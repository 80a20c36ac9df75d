"""simplejwt: pairs, sliding tokens, its blacklist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.matrix.packages.accounts import Account, IssuedTokens, post
from tests.matrix.packages.events import admin_post, command
from tests.matrix.packages.project import API, Project, hello
from tests.matrix.packages.projects import _jwt_flows as _flows

OURS = "token_revocation.contrib.simplejwt"

SETTINGS = {
    "REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [f"{OURS}.RevocableJWTAuthentication"]},
    "TOKEN_REVOCATION": {"ADAPTERS": [f"{OURS}.SimpleJWTAdapter"]},
    "SIMPLE_JWT": {
        "AUTH_TOKEN_CLASSES": (
            "rest_framework_simplejwt.tokens.AccessToken",
            "rest_framework_simplejwt.tokens.SlidingToken",
        ),
        "SLIDING_TOKEN_REFRESH_LIFETIME": timedelta(days=1),
    },
}

ROTATING = SETTINGS | {
    "SIMPLE_JWT": SETTINGS["SIMPLE_JWT"]
    | {"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True},
}


def blacklist_endpoint(path: str) -> Any:
    """Send the refresh token to ``path``; a sliding token has the wrong type."""

    def event(account: Account, tokens: IssuedTokens) -> bool | None:
        if not tokens.refresh or tokens.refresh == tokens.access:
            return None
        post(path, {"refresh": tokens.refresh})
        return True

    return event


def blacklist(account: Account, tokens: IssuedTokens) -> bool | None:
    from rest_framework_simplejwt.tokens import RefreshToken, SlidingToken

    if not tokens.refresh:
        return None
    kind = SlidingToken if tokens.refresh == tokens.access else RefreshToken
    kind(tokens.refresh).blacklist()
    return True


def blacklist_rows(account: Account, tokens: IssuedTokens) -> bool | None:
    from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken

    rows = list(outstanding(tokens)) if tokens.refresh else []
    for row in rows:
        BlacklistedToken.objects.get_or_create(token=row)
    return True if rows else None


def add_in_the_admin(account: Account, tokens: IssuedTokens) -> bool | None:
    rows = list(outstanding(tokens)) if tokens.refresh else []
    for row in rows:
        form = {"token": row.pk, "blacklisted_at_0": "2030-01-01", "blacklisted_at_1": "0:00"}
        admin_post("/admin/token_blacklist/blacklistedtoken/add/", form)
    return True if rows else None


def revoke_selected(account: Account, tokens: IssuedTokens) -> bool | None:
    rows = list(outstanding(tokens)) if tokens.refresh else []
    if not rows:
        return None
    keys = [row.pk for row in rows]
    form = {"action": "revoke_selected_tokens", "_selected_action": keys}
    return admin_post("/admin/token_blacklist/outstandingtoken/", form)


def and_flush(account: Account, tokens: IssuedTokens) -> bool | None:
    from token_revocation import services

    services.revoke_all(account.current_user())
    return command("flushexpiredtokens")


def outstanding(tokens: IssuedTokens) -> Any:
    from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
    from rest_framework_simplejwt.tokens import UntypedToken

    jti = UntypedToken(tokens.refresh, verify=False)["jti"]
    return OutstandingToken.objects.filter(jti=jti)


LOGINS = {
    "`POST api/token/`": _flows.obtain,
    "`POST api/token/`, then `POST api/token/refresh/`": _flows.obtain_and_refresh,
    "`POST api/token/sliding/`": _flows.obtain_sliding,
    "`POST api/token/sliding/`, then `POST api/token/sliding/refresh/`": _flows.obtain_sliding_and_refresh,
    "`RefreshToken.for_user()`": _flows.refresh_token,
    "`AccessToken.for_user()`": _flows.access_token,
}
ACCEPTS = {
    API: _flows.call,
    "API request, stateless": _flows.call_stateless,
    "`POST api/token/verify/`": _flows.verify,
    "`POST api/token/refresh/`": _flows.refresh,
    "`POST api/token/sliding/refresh/`": _flows.refresh_sliding,
}
EVENTS = {
    "`.blacklist()`": blacklist,
    "a row of `BlacklistedToken`": blacklist_rows,
    "“Add blacklisted token” in the admin": add_in_the_admin,
    "“Revoke selected tokens” in the admin": revoke_selected,
    "`services.revoke_all()`, then `flushexpiredtokens`": and_flush,
}


def stock_urls() -> list[Any]:
    import shop.logins  # noqa: F401 - as a view of the project does
    from django.urls import path
    from rest_framework_simplejwt import views

    return [
        path("api/token/", views.TokenObtainPairView.as_view()),
        path("api/token/refresh/", views.TokenRefreshView.as_view()),
        path("api/token/verify/", views.TokenVerifyView.as_view()),
        path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
        path("api/token/sliding/", views.TokenObtainSlidingView.as_view()),
        path("api/token/sliding/refresh/", views.TokenRefreshSlidingView.as_view()),
        stateless(),
    ]


def our_urls() -> list[Any]:
    import shop.logins  # noqa: F401 - as a view of the project does
    from django.urls import include, path

    return [path("api/", include(f"{OURS}.urls")), stateless()]


def stateless() -> Any:
    """A view whose users are not loaded from the database."""
    from django.urls import path

    from token_revocation.contrib.simplejwt import RevocableJWTStatelessUserAuthentication

    by_class = [RevocableJWTStatelessUserAuthentication]
    return path("stateless/", hello(authentication_classes=by_class))


COMMON = {
    "modules": ["rest_framework_simplejwt"],
    "apps": ["rest_framework_simplejwt", "rest_framework_simplejwt.token_blacklist"],
    "entry_points": ACCEPTS,
    "ignored_routes": {"stateless/": "a view of the project"},
}
STOCK = COMMON | {
    "urls": stock_urls,
    "logins": LOGINS,
    "events": {
        "`POST api/token/blacklist/`": blacklist_endpoint("/api/token/blacklist/"),
        **EVENTS,
    },
}
READY = COMMON | {
    "urls": our_urls,
    "logins": {**LOGINS, "`RevocableRefreshToken.for_user()`": _flows.our_refresh_token},
    "events": {"`POST api/token/revoke/`": blacklist_endpoint("/api/token/revoke/"), **EVENTS},
}

PROJECTS = [
    Project(
        name="simplejwt, its own views",
        about="`RevocableJWTAuthentication` and `SimpleJWTAdapter`, and the views of simplejwt.",
        settings=SETTINGS,
        **STOCK,
    ),
    Project(
        name="simplejwt, its own views, rotating",
        about="The same, with `ROTATE_REFRESH_TOKENS` and `BLACKLIST_AFTER_ROTATION`.",
        settings=ROTATING,
        **STOCK,
    ),
    Project(
        name="simplejwt, our URLs",
        about="As [JSON Web Tokens](simplejwt.md) says.",
        settings=SETTINGS,
        **READY,
    ),
    Project(
        name="simplejwt, our URLs, rotating",
        about="The same, with `ROTATE_REFRESH_TOKENS`.",
        settings=ROTATING,
        **READY,
    ),
]
