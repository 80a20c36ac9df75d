"""The grants of OAuth Toolkit over HTTP, and the entry points that accept their tokens."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.matrix.packages.accounts import (
    Account,
    Attempt,
    IssuedTokens,
    attempt,
    client,
    exchange_tokens,
)

SECRET = "a secret that is known"
BACK = "https://client.example.com/"
SCOPE = "read openid"
FORM = "application/x-www-form-urlencoded"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


PUBLIC = ("device", "implicit")


def application(grant: str) -> Any:
    """Get or create the client of one grant, whose ID is the name of the grant."""
    from oauth2_provider.models import Application

    name = "device" if grant == DEVICE else grant
    found = Application.objects.filter(client_id=name).first()
    return found or Application.objects.create(
        client_id=name,
        client_secret=SECRET,
        client_type="public" if name in PUBLIC else "confidential",
        authorization_grant_type=grant,
        algorithm="RS256",
        redirect_uris=BACK,
        skip_authorization=True,
    )


def form(path: str, **body: str) -> Any:
    return client().post(path, urlencode(body), content_type=FORM)


def token(grant: str, **body: str) -> Any:
    """Post to the token endpoint as the client of that grant."""
    secret = {} if grant in PUBLIC else {"client_secret": SECRET}
    return form("/o/token/", client_id=grant, **secret, **body)


def pair(grant: str, body: dict[str, str]) -> IssuedTokens:
    extra = {"grant": grant}
    extra |= {"id_token": body["id_token"]} if "id_token" in body else {}
    return IssuedTokens(
        access=body["access_token"], refresh=body.get("refresh_token", ""), extra=extra
    )


def by_password(account: Account) -> IssuedTokens:
    application("password")
    answer = token("password", grant_type="password", scope="read", **account.credentials)
    return pair("password", answer.json())


def by_password_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh, by_password(account))


def code(account: Account) -> IssuedTokens:
    """Get an authorization code and do not exchange it."""
    application("authorization-code")
    parameters = {"response_type": "code", "client_id": "authorization-code", "redirect_uri": BACK}
    answer = browser(account).get("/o/authorize/", {**parameters, "scope": SCOPE})
    (raw,) = parse_qs(urlsplit(answer["Location"]).query)["code"]
    return IssuedTokens(extra={"code": raw})


def by_code(account: Account) -> IssuedTokens:
    return exchange_tokens(exchange, code(account))


def by_code_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh, by_code(account))


def implicit(account: Account) -> IssuedTokens:
    application("implicit")
    parameters = {"response_type": "id_token token", "client_id": "implicit", "redirect_uri": BACK}
    answer = browser(account).get("/o/authorize/", {**parameters, "scope": SCOPE, "nonce": "once"})
    found = {name: raw for name, (raw,) in parse_qs(urlsplit(answer["Location"]).fragment).items()}
    return pair("implicit", found)


def machine(account: Account) -> IssuedTokens:
    application("client-credentials")
    answer = token("client-credentials", grant_type="client_credentials", scope="read")
    return IssuedTokens(
        access=answer.json()["access_token"],
        extra={"grant": "client-credentials"},
        is_of_user=False,
    )


def device_code(account: Account) -> IssuedTokens:
    """Get a device code that the user approves, and do not exchange it."""
    application(DEVICE)
    parameters = form("/o/device-authorization/", client_id="device", scope="read").json()
    session = browser(account)
    session.post("/o/device/", {"user_code": parameters["user_code"]}, format="multipart")
    confirm = f"/o/device-confirm/device/{parameters['user_code']}"
    answer = session.post(confirm, {"action": "accept"}, format="multipart")
    assert answer.status_code == 302, answer.content
    return IssuedTokens(extra={"device_code": parameters["device_code"]})


def by_device(account: Account) -> IssuedTokens:
    return exchange_tokens(exchange_device, device_code(account))


def browser(account: Account) -> Any:
    made = client()
    assert made.login(username=account.username, password=account.password)
    return made


def call(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).get("/hello/")) if tokens.access else None


def call_by_id_token(tokens: IssuedTokens) -> Attempt | None:
    return by_header("/hello/", tokens.extra.get("id_token"))


def by_header(path: str, raw: str | None) -> Attempt | None:
    return attempt(client().get(path, HTTP_AUTHORIZATION=f"Bearer {raw}")) if raw else None


def call_protected(tokens: IssuedTokens) -> Attempt | None:
    return by_header("/protected/", tokens.access)


def call_mine(tokens: IssuedTokens) -> Attempt | None:
    return by_header("/mine/", tokens.access) if tokens.is_of_user else None


def userinfo(tokens: IssuedTokens) -> Attempt | None:
    return by_header("/o/userinfo/", tokens.access if "id_token" in tokens.extra else None)


def introspect(tokens: IssuedTokens) -> Attempt | None:
    if not tokens.access:
        return None
    application("client-credentials")
    scope = {"grant_type": "client_credentials", "scope": "introspection"}
    caller = token("client-credentials", **scope).json()["access_token"]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {caller}"}
    body = urlencode({"token": tokens.access})
    answer = client().post("/o/introspect/", body, content_type=FORM, **bearer)
    is_active = answer.json()["active"]
    return Attempt(is_accepted=is_active, text="active" if is_active else "inactive")


def refresh(tokens: IssuedTokens) -> Attempt | None:
    if not tokens.refresh:
        return None
    grant = tokens.extra["grant"]
    answer = token(grant, grant_type="refresh_token", refresh_token=tokens.refresh)
    return attempt(answer, lambda body: pair(grant, body))


def exchange(tokens: IssuedTokens) -> Attempt | None:
    raw = tokens.extra.get("code")
    if raw is None:
        return None
    grant = "authorization-code"
    answer = token(grant, grant_type="authorization_code", code=raw, redirect_uri=BACK)
    return attempt(answer, lambda body: pair(grant, body))


def exchange_device(tokens: IssuedTokens) -> Attempt | None:
    raw = tokens.extra.get("device_code")
    if raw is None:
        return None
    answer = token("device", grant_type=DEVICE, device_code=raw)
    return attempt(answer, lambda body: pair("device", body))
