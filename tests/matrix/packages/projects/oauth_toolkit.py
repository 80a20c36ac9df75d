"""OAuth Toolkit: each grant, each endpoint, its pages, its models, its command."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from tests.matrix.packages.accounts import Account, Attempt, IssuedTokens
from tests.matrix.packages.events import admin_post, command
from tests.matrix.packages.project import API, Project
from tests.matrix.packages.projects import _oauth_flows as _flows

OURS = "token_revocation.contrib.oauth2_provider"
THEIRS = "oauth2_provider"


@cache
def rsa_key() -> str:
    if find_spec("cryptography") is None:
        return ""  # The project is skipped then.
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def settings(**more: str) -> dict[str, Any]:
    return {
        "REST_FRAMEWORK": {
            "DEFAULT_AUTHENTICATION_CLASSES": [f"{OURS}.RevocableOAuth2Authentication"],
        },
        "TOKEN_REVOCATION": {"ADAPTERS": [f"{OURS}.OAuth2ProviderAdapter"]},
        "AUTHENTICATION_BACKENDS": [
            "oauth2_provider.backends.OAuth2Backend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        "OAUTH2_PROVIDER": {
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": rsa_key(),
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "PKCE_REQUIRED": False,
            "SCOPES": {"read": "Read", "openid": "Sign in", "introspection": "Introspect"},
            "OAUTH_DEVICE_VERIFICATION_URI": "http://testserver/o/device/",
            "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 3600,
            **more,
        },
    }


VALIDATOR = {"OAUTH2_VALIDATOR_CLASS": f"{OURS}.validators.RevocableOAuth2Validator"}


def revoke_endpoint(name: str) -> Any:
    def event(account: Account, tokens: IssuedTokens) -> bool | None:
        raw = getattr(tokens, name)
        if not raw:
            return None
        grant = tokens.extra["grant"]
        secret = {} if grant in _flows.PUBLIC else {"client_secret": _flows.SECRET}
        answer = _flows.form("/o/revoke_token/", token=raw, client_id=grant, **secret)
        assert answer.status_code == 200, answer.content
        return True

    return event


def log_out_of_provider(account: Account, tokens: IssuedTokens) -> bool | None:
    """OpenID Connect RP-Initiated Logout 1.0."""
    raw = tokens.extra.get("id_token")
    if raw is None:
        return None
    answer = _flows.browser(account).get("/o/logout/", {"id_token_hint": raw})
    assert answer.status_code == 302, answer.content
    return True


def delete_page(account: Account, tokens: IssuedTokens) -> bool | None:
    row = access_tokens(tokens).first()
    if row is None or not tokens.is_of_user:
        return None
    path = f"/o/authorized_tokens/{row.pk}/delete/"
    answer = _flows.browser(account).post(path, {}, format="multipart")
    assert answer.status_code == 302, answer.content
    return True


def revoke_access(account: Account, tokens: IssuedTokens) -> bool | None:
    row = access_tokens(tokens).first()
    return None if row is None else not row.revoke()


def revoke_refresh(account: Account, tokens: IssuedTokens) -> bool | None:
    from oauth2_provider.models import RefreshToken

    row = RefreshToken.objects.filter(token=tokens.refresh).first() if tokens.refresh else None
    return None if row is None else not row.revoke()


def access_tokens(tokens: IssuedTokens) -> Any:
    from oauth2_provider.models import AccessToken

    return AccessToken.objects.filter(token=tokens.access or None)


def revoke_selected(account: Account, tokens: IssuedTokens) -> bool | None:
    row = access_tokens(tokens).first()
    if row is None:
        return None
    form = {"action": "revoke_selected_tokens", "_selected_action": [row.pk]}
    return admin_post("/admin/oauth2_provider/accesstoken/", form)


def and_clear(account: Account, tokens: IssuedTokens) -> bool | None:
    from token_revocation import services

    if not tokens.is_of_user:
        return None
    services.revoke_all(account.current_user())
    return command("cleartokens")


def call_decorated(tokens: IssuedTokens) -> Attempt | None:
    return _flows.by_header("/decorated/", tokens.access)


def urls(include_path: str, decorators: str = "oauth2_provider.decorators") -> Any:
    def make_urls() -> list[Any]:
        from django.http import HttpResponse
        from django.urls import include, path
        from oauth2_provider.views.generic import ProtectedResourceView

        class ProtectedView(ProtectedResourceView):
            def get(self, request: Any) -> Any:
                return HttpResponse("hello")

        @import_module(decorators).protected_resource()
        def decorated(request: Any) -> Any:
            return HttpResponse("hello")

        def mine(request: Any) -> Any:
            return HttpResponse(status=200 if request.user.is_authenticated else 401)

        return [
            path("o/", include(include_path, namespace=THEIRS)),
            path("protected/", ProtectedView.as_view()),
            path("decorated/", decorated),
            path("mine/", mine),
        ]

    return make_urls


def has_device_flow() -> bool:
    """Return whether the device flow works: OAuth Toolkit 3.4 fails with oauthlib 4."""
    if not find_spec("oauth2_provider"):
        return False
    return version("oauthlib").startswith("3.")


DEVICE_LOGINS = {
    "`POST o/device-authorization/`, `POST o/device/`": _flows.device_code,
    "`POST o/token/`, device_code": _flows.by_device,
}
DEVICE_ACCEPTS = {"`POST o/token/`, device_code": _flows.exchange_device}

COMMON = {
    "modules": ["oauth2_provider"],
    "apps": ["oauth2_provider"],
    "middleware": ["oauth2_provider.middleware.OAuth2TokenMiddleware"],
    "logins": {
        "`POST o/token/`, password": _flows.by_password,
        "`POST o/token/`, password, then refreshed": _flows.by_password_and_refresh,
        "`GET o/authorize/`, a code": _flows.code,
        "`GET o/authorize/`, implicit": _flows.implicit,
        "`POST o/token/`, authorization_code": _flows.by_code,
        "`POST o/token/`, authorization_code, then refreshed": _flows.by_code_and_refresh,
        "`POST o/token/`, client_credentials": _flows.machine,
        **(DEVICE_LOGINS if has_device_flow() else {}),
    },
    "entry_points": {
        API: _flows.call,
        "API request with the ID token": _flows.call_by_id_token,
        "`GET protected/` of `ProtectedResourceView`": _flows.call_protected,
        "`GET decorated/` by `protected_resource`": call_decorated,
        "`GET mine/` by `OAuth2TokenMiddleware`": _flows.call_mine,
        "`GET o/userinfo/`": _flows.userinfo,
        "`POST o/introspect/`": _flows.introspect,
        "`POST o/token/`, refresh_token": _flows.refresh,
        "`POST o/token/`, authorization_code": _flows.exchange,
        **(DEVICE_ACCEPTS if has_device_flow() else {}),
    },
    "events": {
        "`POST o/revoke_token/`, access token": revoke_endpoint("access"),
        "`POST o/revoke_token/`, refresh token": revoke_endpoint("refresh"),
        "`GET o/logout/`": log_out_of_provider,
        "`POST o/authorized_tokens/1/delete/`": delete_page,
        "`AccessToken.revoke()`": revoke_access,
        "`RefreshToken.revoke()`": revoke_refresh,
        "“Revoke selected tokens” in the admin": revoke_selected,
        "`services.revoke_all()`, then `cleartokens`": and_clear,
    },
    "ignored_routes": {
        "o/.well-known/": "metadata",
        "o/applications/": "the registration of clients",
        "o/register/": "the registration of clients",
        "o/authorized_tokens/": "a list",
        "o/device": "the approval of a device code, part of its login",
    },
}

PROJECTS = [
    Project(
        name="OAuth Toolkit, its own URLs",
        about="`RevocableOAuth2Authentication` and `OAuth2ProviderAdapter`, nothing else.",
        settings=settings(),
        urls=urls("oauth2_provider.urls"),
        **COMMON,
    ),
    Project(
        name="OAuth Toolkit, our validator, its own URLs",
        about="The same, and `RevocableOAuth2Validator`.",
        settings=settings(**VALIDATOR),
        urls=urls("oauth2_provider.urls"),
        **COMMON,
    ),
    Project(
        name="OAuth Toolkit, our validator and URLs",
        about="As [Kinds of token](kinds.md) says.",
        settings=settings(**VALIDATOR),
        urls=urls(f"{OURS}.urls", f"{OURS}.decorators"),
        **COMMON,
    ),
]
