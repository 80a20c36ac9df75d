"""allauth for browsers: its headless API and its pages, with revocable sessions."""

from __future__ import annotations

from typing import Any

from tests.matrix.packages.accounts import NEW_PASSWORD, Account, IssuedTokens, client
from tests.matrix.packages.project import Project, hello
from tests.matrix.packages.projects.allauth import BROWSER, OURS, reset_password, settings
from tests.matrix.packages.projects.django import (
    SESSIONS,
    browser_of,
    get,
    log_out,
    session,
)


def log_in(account: Account) -> IssuedTokens:
    browser = client()
    answer = browser.post(f"{BROWSER}/auth/login", account.credentials, format="json")
    assert answer.status_code == 200, answer.content
    return session(browser)


def log_in_at_the_page(account: Account) -> IssuedTokens:
    browser = client()
    form = {"login": account.username, "password": account.password, "next": "/page/"}
    answer = browser.post("/accounts/login/", form, format="multipart")
    assert answer.status_code == 302, answer.content
    return session(browser)


def end_session(account: Account, tokens: IssuedTokens) -> bool:
    answer = browser_of(tokens).delete(f"{BROWSER}/auth/session")
    assert answer.status_code == 401, answer.content  # The status of a request without a session.
    return True


def change_password(account: Account, tokens: IssuedTokens) -> bool:
    """Change it in another browser, since allauth keeps the session that changes it."""
    passwords = {"current_password": account.password, "new_password": NEW_PASSWORD}
    browser = browser_of(log_in(account))
    browser.post(f"{BROWSER}/account/password/change", passwords, format="json")
    account.password = NEW_PASSWORD
    assert account.current_user().check_password(NEW_PASSWORD)
    return True


def urls() -> list[Any]:
    from django.contrib.auth.decorators import login_required
    from django.http import HttpResponse
    from django.urls import include, path
    from django.utils.module_loading import import_string

    @login_required
    def page(request: Any) -> Any:
        return HttpResponse("hello")

    by_cookie = import_string(f"{SESSIONS}.RevocableSessionAuthentication")
    return [
        path("accounts/", include("allauth.urls")),
        path("_allauth/", include("allauth.headless.urls")),
        path("by-cookie/", hello(authentication_classes=[by_cookie])),
        path("page/", page),
    ]


ADAPTERS = [f"{OURS}.AllauthAdapter", f"{SESSIONS}.SessionAdapter"]

PROJECTS = [
    Project(
        name="allauth, browsers",
        about="As [Recipes](recipes.md) says.",
        modules=["allauth", "jwt"],
        apps=["allauth", "allauth.account", "allauth.headless"],
        middleware=[
            f"{SESSIONS}.RevocationMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        settings=settings(
            f"{OURS}.strategies.RevocableJWTTokenStrategy",
            f"{SESSIONS}.RevocableSessionAuthentication",
            HEADLESS_ONLY=False,
            LOGIN_REDIRECT_URL="/page/",
            TOKEN_REVOCATION={"ADAPTERS": ADAPTERS},
        ),
        urls=urls,
        logins={
            "`POST _allauth/browser/v1/auth/login`": log_in,
            "`POST accounts/login/`": log_in_at_the_page,
        },
        entry_points={
            "API request by `RevocableSessionAuthentication`": get("/by-cookie/"),
            "`GET _allauth/browser/v1/auth/session`": get(f"{BROWSER}/auth/session"),
            "`GET accounts/email/`": get("/accounts/email/"),
            "`GET page/`, with `login_required`": get("/page/"),
        },
        events={
            "`DELETE _allauth/browser/v1/auth/session`": end_session,
            "`POST accounts/logout/`": log_out("/accounts/logout/"),
            "`POST auth/logout/`": log_out("/auth/logout/"),
            "`POST _allauth/browser/v1/account/password/change`": change_password,
            "`POST _allauth/app/v1/auth/password/reset`": reset_password,
        },
        ignored_routes={
            "by-cookie/": "a view of the project",
            "accounts/": "pages, which read the user as those that are measured",
            "_allauth/app/": "sessions of apps",
            "_allauth/browser/v1/config": "public",
            "_allauth/browser/v1/account/": "the account, with the session",
            "_allauth/browser/v1/auth/": "part of a login",
        },
    ),
]
