"""knox: its views, its model, its admin."""

from __future__ import annotations

from typing import Any

from tests.matrix.packages.accounts import Account, Attempt, IssuedTokens, attempt, client, post
from tests.matrix.packages.events import admin_post
from tests.matrix.packages.project import API, Project

OURS = "token_revocation.contrib.knox"

SETTINGS = {
    "REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [f"{OURS}.RevocableKnoxAuthentication"]},
    "TOKEN_REVOCATION": {"ADAPTERS": [f"{OURS}.KnoxAdapter"]},
}


def parse_tokens(raw: str) -> IssuedTokens:
    return IssuedTokens(scheme="Token", access=raw)


def call(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).get("/hello/"))


def log_in(account: Account) -> IssuedTokens:
    return parse_tokens(post("/knox/login/", account.credentials)["token"])


def our_login(account: Account) -> IssuedTokens:
    return parse_tokens(post("/auth/login/", account.credentials)["token"])


def create(account: Account) -> IssuedTokens:
    from knox.models import AuthToken

    return parse_tokens(AuthToken.objects.create(user=account.current_user())[1])


def log_in_again_with(tokens: IssuedTokens) -> Attempt | None:
    """Log in with a token: the view of knox accepts any authentication class of the project."""
    answer = client(tokens).post("/knox/login/stock/", {}, format="json")
    return attempt(answer, lambda body: IssuedTokens(scheme="Token", access=body["token"]))


def log_out(account: Account, tokens: IssuedTokens) -> bool:
    post("/knox/logout/", {}, tokens, 204)
    return True


def log_out_all(account: Account, tokens: IssuedTokens) -> bool:
    post("/knox/logoutall/", {}, tokens, 204)
    return True


def delete(account: Account, tokens: IssuedTokens) -> bool:
    for row in rows(account):
        row.delete()
    return True


def delete_rows(account: Account, tokens: IssuedTokens) -> bool:
    rows(account).delete()
    return True


def revoke_selected(account: Account, tokens: IssuedTokens) -> bool:
    keys = [row.pk for row in rows(account)]
    form = {"action": "revoke_selected_tokens", "_selected_action": keys}
    return admin_post("/admin/knox/authtoken/", form)


def rows(account: Account) -> Any:
    from knox.models import AuthToken

    return AuthToken.objects.filter(user_id=account.pk)


def urls() -> list[Any]:
    """The URLs and the password login of knox's page "Authentication views"."""
    from django.contrib.auth import login
    from django.urls import path
    from knox import views
    from rest_framework.authtoken.serializers import AuthTokenSerializer
    from rest_framework.permissions import AllowAny

    class LoginView(views.LoginView):
        permission_classes = (AllowAny,)

        def post(self, request: Any, format: Any = None) -> Any:
            serializer = AuthTokenSerializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            login(request, serializer.validated_data["user"])
            return super().post(request, format=None)

    return [
        path("knox/login/", LoginView.as_view(), name="knox_login"),
        path("knox/login/stock/", views.LoginView.as_view()),
        path("knox/logout/", views.LogoutView.as_view(), name="knox_logout"),
        path("knox/logoutall/", views.LogoutAllView.as_view(), name="knox_logoutall"),
    ]


def our_urls() -> list[Any]:
    """The URLs that the documentation of the package recommends."""
    from django.urls import include, path

    return [*urls()[:2], path("knox/", include(f"{OURS}.urls"))]


def present_to_logout(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).post("/knox/logout/"))


COMMON = {
    "modules": ["knox"],
    "apps": ["knox"],
    "settings": SETTINGS,
    "logins": {
        "`POST knox/login/`": log_in,
        "`POST auth/login/`": our_login,
        "`AuthToken.objects.create()`": create,
    },
    "entry_points": {
        API: call,
        "`POST knox/login/stock/`": log_in_again_with,
        # Last, as it revokes what it accepts.
        "`POST knox/logout/`": present_to_logout,
    },
    "events": {
        "`POST knox/logout/`": log_out,
        "`POST knox/logoutall/`": log_out_all,
        "`AuthToken.delete()`": delete,
        "`AuthToken.objects.filter().delete()`": delete_rows,
        "“Revoke selected tokens” in the admin": revoke_selected,
    },
}

PROJECTS = [
    Project(
        name="knox, its own views",
        about="`RevocableKnoxAuthentication` and `KnoxAdapter`, and the views of knox.",
        urls=urls,
        **COMMON,
    ),
    Project(
        name="knox, our URLs",
        about="As [Kinds of token](kinds.md) says.",
        urls=our_urls,
        **COMMON,
    ),
]
