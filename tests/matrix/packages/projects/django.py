"""Django's own sessions, beside tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.matrix.packages.accounts import (
    NEW_PASSWORD,
    Account,
    Attempt,
    IssuedTokens,
    attempt,
    client,
)
from tests.matrix.packages.events import admin_post
from tests.matrix.packages.project import Project
from tests.matrix.packages.projects.password_reset import reset_link

OURS = "token_revocation.contrib.authtoken"


def settings(*session_classes: str) -> dict[str, Any]:
    return {
        "REST_FRAMEWORK": {
            "DEFAULT_AUTHENTICATION_CLASSES": [
                f"{OURS}.RevocableTokenAuthentication",
                *session_classes,
            ],
        },
        "LOGIN_REDIRECT_URL": "/page/",
    }


SESSIONS = "token_revocation.contrib.sessions"

REVOCABLE_SETTINGS = {
    "REST_FRAMEWORK": {
        "DEFAULT_AUTHENTICATION_CLASSES": [f"{SESSIONS}.RevocableSessionAuthentication"],
    },
    "TOKEN_REVOCATION": {"ADAPTERS": [f"{SESSIONS}.SessionAdapter"]},
    "LOGIN_REDIRECT_URL": "/page/",
}


def form_login(path: str) -> Any:
    def log_in(account: Account) -> IssuedTokens:
        browser = client()
        answer = browser.post(path, {**account.credentials, "next": "/page/"}, format="multipart")
        assert answer.status_code == 302, answer.content
        return session(browser)

    return log_in


def admin_login(account: Account) -> IssuedTokens:
    if not account.user.is_staff:
        account.user.is_staff = True
        account.user.save(update_fields=["is_staff"])
    return form_login("/admin/login/")(account)


def login(account: Account) -> IssuedTokens:
    browser = client()
    assert browser.login(username=account.username, password=account.password)
    return session(browser)


def session(browser: Any) -> IssuedTokens:
    return IssuedTokens(extra={"session": browser.cookies["sessionid"].value})


def browser_of(tokens: IssuedTokens) -> Any:
    browser = client()
    browser.cookies["sessionid"] = tokens.extra["session"]
    return browser


def get(path: str) -> Any:
    def entry_point(tokens: IssuedTokens) -> Attempt:
        return attempt(browser_of(tokens).get(path))

    return entry_point


def log_out(path: str) -> Any:
    def event(account: Account, tokens: IssuedTokens) -> bool:
        answer = browser_of(tokens).post(path)
        assert answer.status_code in (200, 204, 302), answer.content
        return True

    return event


def log_out_of_the_admin(account: Account, tokens: IssuedTokens) -> bool | None:
    return log_out("/admin/logout/")(account, tokens) if account.user.is_staff else None


def other_browser(account: Account) -> Any:
    """Log in to another browser as the same user."""
    return browser_of(login(account))


def change_password(account: Account, tokens: IssuedTokens) -> bool:
    old = {"old_password": account.password}
    passwords = {**old, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    answer = other_browser(account).post(
        "/accounts/password_change/", passwords, format="multipart"
    )
    assert answer.status_code == 302, answer.content
    account.password = NEW_PASSWORD
    return True


def reset_password(account: Account, tokens: IssuedTokens) -> bool:
    found, browser = reset_link(account), client()
    browser.get(f"/accounts/reset/{found['uid']}/{found['token']}/")
    passwords = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    path = f"/accounts/reset/{found['uid']}/set-password/"
    assert browser.post(path, passwords, format="multipart").status_code == 302
    account.password = NEW_PASSWORD
    return True


def change_in_the_admin(account: Account, tokens: IssuedTokens) -> bool:
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    form = {"usable_password": "true", **passwords}
    account.password = NEW_PASSWORD
    return admin_post(f"/admin/auth/user/{account.pk}/password/", form)


def urls() -> list[Any]:
    from django.contrib.auth.decorators import login_required
    from django.http import HttpResponse
    from django.urls import include, path

    @login_required
    def page(request: Any) -> Any:
        return HttpResponse("hello")

    return [
        path("accounts/", include("django.contrib.auth.urls")),
        path("api-auth/", include("rest_framework.urls")),
        path("page/", page),
    ]


def project(*, events: Mapping[str, Any] | None = None, **options: Any) -> Project:
    return Project(
        modules=["django"],
        apps=["rest_framework.authtoken"],
        urls=urls,
        logins={
            "`POST accounts/login/`": form_login("/accounts/login/"),
            "`POST admin/login/`": admin_login,
            "`POST api-auth/login/`": form_login("/api-auth/login/"),
            "`django.contrib.auth.login()`, as `LoginView` does": login,
        },
        events={
            "`POST accounts/logout/`": log_out("/accounts/logout/"),
            "`POST api-auth/logout/`": log_out("/api-auth/logout/"),
            "`POST admin/logout/`": log_out_of_the_admin,
            "`POST accounts/password_change/`": change_password,
            "`POST accounts/reset/MQ/set-password/`": reset_password,
            "user page in the admin": change_in_the_admin,
            **(events or {}),
        },
        ignored_routes={
            "accounts/password_": "part of a change of the password",
            "accounts/reset/done/": "part of a change of the password",
            "page/": "measured in the chapters that name it",
        },
        **options,
    )


PAGE = {"`GET page/`, with `login_required`": get("/page/")}

PROJECTS = [
    project(
        name="Django, browser sessions",
        about="`RevocableSessionAuthentication` and `RevocationMiddleware`.",
        settings=REVOCABLE_SETTINGS,
        middleware=[f"{SESSIONS}.RevocationMiddleware"],
        entry_points={
            "API request by `RevocableSessionAuthentication`": get("/hello/"),
            **PAGE,
        },
        events={"`POST auth/logout/`": log_out("/auth/logout/")},
    ),
    project(
        name="Django, browser sessions, its own class",
        about="`RevocableTokenAuthentication`, and `SessionAuthentication` behind it.",
        settings=settings("rest_framework.authentication.SessionAuthentication"),
        entry_points={"API request by `SessionAuthentication`": get("/hello/")},
    ),
    project(
        name="Django, browser sessions, without the middleware",
        about="`RevocableTokenAuthentication`, and pages.",
        settings=settings(),
        entry_points=PAGE,
    ),
]
