"""dj-rest-auth: with tokens of Django REST framework, and with JWTs in cookies."""

from __future__ import annotations

from typing import Any

from tests.matrix.packages.accounts import (
    NEW_PASSWORD,
    Account,
    IssuedTokens,
    post,
)
from tests.matrix.packages.project import API, Project
from tests.matrix.packages.projects import _dj_rest_auth_flows as _flows
from tests.matrix.packages.projects import _jwt_flows, authtoken
from tests.matrix.packages.projects.password_reset import reset_link

DJ_REST_AUTH = "token_revocation.contrib.dj_rest_auth"
SIMPLEJWT = "token_revocation.contrib.simplejwt"
COOKIES = {"JWT_AUTH_COOKIE": "access", "JWT_AUTH_REFRESH_COOKIE": "refresh"}

REGISTRATION = {
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "AUTHENTICATION_BACKENDS": [
        "django.contrib.auth.backends.ModelBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ],
}


def log_out(account: Account, tokens: IssuedTokens) -> bool:
    post("/dj-rest-auth/logout/", {}, tokens)
    return True


def log_out_jwt(account: Account, tokens: IssuedTokens) -> bool:
    post("/dj-rest-auth/logout/", {"refresh": tokens.refresh}, tokens)
    return True


def log_out_cookies(account: Account, tokens: IssuedTokens) -> bool:
    answer = _flows.by_cookies(**tokens.extra["cookies"]).post(
        "/dj-rest-auth/logout/", {}, format="json"
    )
    assert answer.status_code == 200, answer.content
    return True


def change_password(account: Account, tokens: IssuedTokens) -> bool:
    passwords = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    post("/dj-rest-auth/password/change/", passwords, tokens)
    account.password = NEW_PASSWORD
    return True


def reset_password(account: Account, tokens: IssuedTokens) -> bool:
    passwords = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    body = reset_link(account, by_allauth=True)
    post("/dj-rest-auth/password/reset/confirm/", {**body, **passwords})
    account.password = NEW_PASSWORD
    return True


def urls(*modules: str, registration: bool = True) -> Any:
    def make_urls() -> list[Any]:
        from django.urls import include, path

        found = [path("dj-rest-auth/", include(module)) for module in modules]
        module = "dj_rest_auth.registration.urls"
        return [*found, path("dj-rest-auth/registration/", include(module))]

    return make_urls


IGNORED_ROUTES = {
    "dj-rest-auth/password/reset": "sends a mail",
    "dj-rest-auth/user": "shows and changes the user",
    "dj-rest-auth/registration/": "confirms an address",
}
COMMON = {
    "modules": ["dj_rest_auth", "allauth", "rest_framework_simplejwt"],
    "middleware": ["allauth.account.middleware.AccountMiddleware"],
    "ignored_routes": IGNORED_ROUTES,
}
APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "dj_rest_auth",
    "dj_rest_auth.registration",
]
PASSWORDS = {
    "`POST dj-rest-auth/password/change/`": change_password,
    "`POST dj-rest-auth/password/reset/confirm/`": reset_password,
}
JWT = {
    "apps": [*APPS, "rest_framework_simplejwt", "rest_framework_simplejwt.token_blacklist"],
}


JWT_LOGINS = {
    "`POST dj-rest-auth/login/`": _flows.log_in_jwt,
    "`POST dj-rest-auth/login/`, then refreshed": _flows.log_in_and_refresh,
    "`POST dj-rest-auth/registration/`": _flows.register_jwt,
}
JWT_ACCEPTS = {
    API: _jwt_flows.call,
    "`POST dj-rest-auth/token/verify/`": _flows.verify,
    "`POST dj-rest-auth/token/refresh/`": _flows.refresh,
}
OURS = {
    "JWT_TOKEN_CLAIMS_SERIALIZER": f"{SIMPLEJWT}.serializers.RevocableTokenObtainPairSerializer"
}
COOKIE_CLASS = f"{DJ_REST_AUTH}.RevocableJWTCookieAuthentication"


def jwt_settings(rest_auth: dict[str, Any], authentication: str) -> dict[str, Any]:
    return {
        **REGISTRATION,
        "REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [authentication]},
        "TOKEN_REVOCATION": {"ADAPTERS": [f"{SIMPLEJWT}.SimpleJWTAdapter"]},
        "REST_AUTH": {"USE_JWT": True, "TOKEN_MODEL": None, **rest_auth},
    }


PROJECTS = [
    Project(
        name="dj-rest-auth, tokens",
        about="`RevocableTokenAuthentication`, and the URLs of dj-rest-auth.",
        apps=["rest_framework.authtoken", *APPS],
        settings={**REGISTRATION, **authtoken.SETTINGS},
        urls=urls("dj_rest_auth.urls"),
        logins={
            "`POST dj-rest-auth/login/`": _flows.log_in,
            "`POST dj-rest-auth/registration/`": _flows.register,
        },
        entry_points={API: authtoken.call},
        events={"`POST dj-rest-auth/logout/`": log_out, **PASSWORDS},
        **COMMON,
    ),
    Project(
        name="dj-rest-auth, JWTs, its own URLs",
        about="`RevocableJWTAuthentication` and `SimpleJWTAdapter`, `JWT_AUTH_HTTPONLY` off.",
        settings=jwt_settings(
            {"JWT_AUTH_HTTPONLY": False}, f"{SIMPLEJWT}.RevocableJWTAuthentication"
        ),
        urls=urls("dj_rest_auth.urls"),
        logins=JWT_LOGINS,
        entry_points=JWT_ACCEPTS,
        events={"`POST dj-rest-auth/logout/`": log_out_jwt, **PASSWORDS},
        **JWT,
        **COMMON,
    ),
    Project(
        name="dj-rest-auth, JWTs, our URLs",
        about="As [Recipes](recipes.md) says, `JWT_AUTH_HTTPONLY` off.",
        settings=jwt_settings({**OURS, "JWT_AUTH_HTTPONLY": False}, COOKIE_CLASS),
        urls=urls(f"{DJ_REST_AUTH}.urls"),
        logins=JWT_LOGINS,
        entry_points=JWT_ACCEPTS,
        events={"`POST dj-rest-auth/logout/`": log_out_jwt, **PASSWORDS},
        **JWT,
        **COMMON,
    ),
    Project(
        name="dj-rest-auth, JWTs in cookies, our URLs",
        about="As [Recipes](recipes.md) says.",
        settings=jwt_settings({**OURS, **COOKIES}, COOKIE_CLASS),
        urls=urls(f"{DJ_REST_AUTH}.urls"),
        logins={"`POST dj-rest-auth/login/`": _flows.log_in_cookies},
        entry_points={
            API: _jwt_flows.call,
            "API request by cookie": _flows.call_by_cookie,
            "`POST dj-rest-auth/token/verify/`": _flows.verify,
            "`POST dj-rest-auth/token/refresh/`": _flows.refresh,
            "`POST dj-rest-auth/token/refresh/`, by cookie": _flows.refresh_by_cookie,
        },
        events={"`POST dj-rest-auth/logout/`": log_out_cookies, **PASSWORDS},
        **JWT,
        **COMMON,
    ),
]
