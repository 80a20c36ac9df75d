"""Logins of dj-rest-auth, and the entry points that accept their tokens."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.matrix.packages.accounts import (
    Account,
    Attempt,
    IssuedTokens,
    attempt,
    client,
    exchange_tokens,
    post,
)
from tests.matrix.packages.projects import _jwt_flows, authtoken

_numbers = count()


def log_in(account: Account) -> IssuedTokens:
    return authtoken.parse_tokens(post("/dj-rest-auth/login/", account.credentials)["key"])


def register(account: Account) -> IssuedTokens:
    """Register a new user, and make it the user of ``account``."""
    return authtoken.parse_tokens(post_registration(account)["key"])


def register_jwt(account: Account) -> IssuedTokens:
    body = post_registration(account)
    return IssuedTokens(access=body["access"], refresh=body["refresh"])


def post_registration(account: Account) -> Any:
    from django.contrib.auth import get_user_model

    name = f"registered{next(_numbers)}"
    passwords = {"password1": account.password, "password2": account.password}
    body = post(
        "/dj-rest-auth/registration/",
        {"username": name, "email": f"{name}@example.com", **passwords},
        expected=201,
    )
    account.username = name
    account.user = get_user_model().objects.get(username=name)
    account.pk = account.user.pk
    return body


def log_in_jwt(account: Account) -> IssuedTokens:
    body = post("/dj-rest-auth/login/", account.credentials)
    return IssuedTokens(access=body["access"], refresh=body["refresh"])


def log_in_cookies(account: Account) -> IssuedTokens:
    browser = client()
    answer = browser.post("/dj-rest-auth/login/", account.credentials, format="json")
    assert answer.status_code == 200, answer.content
    found = {name: browser.cookies[name].value for name in ("access", "refresh")}
    return IssuedTokens(**found, extra={"cookies": found})


def log_in_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh, log_in_jwt(account))


def call_by_cookie(tokens: IssuedTokens) -> Attempt | None:
    if "cookies" not in tokens.extra:
        return None
    return attempt(by_cookies(access=tokens.access).get("/hello/"))


def refresh(tokens: IssuedTokens) -> Attempt | None:
    if not tokens.refresh:
        return None
    answer = client().post(
        "/dj-rest-auth/token/refresh/", {"refresh": tokens.refresh}, format="json"
    )
    return attempt(answer, lambda body: _jwt_flows.pair({"refresh": tokens.refresh, **body}))


def refresh_by_cookie(tokens: IssuedTokens) -> Attempt | None:
    if "cookies" not in tokens.extra:
        return None
    answer = by_cookies(refresh=tokens.refresh).post("/dj-rest-auth/token/refresh/", {})
    return attempt(answer, lambda body: IssuedTokens(access=body["access"]))


def verify(tokens: IssuedTokens) -> Attempt | None:
    raws = [raw for raw in (tokens.access, tokens.refresh) if raw]
    path = "/dj-rest-auth/token/verify/"
    answers = [attempt(client().post(path, {"token": raw}, format="json")) for raw in raws]
    return max(answers, key=lambda answer: answer.is_accepted, default=None)


def by_cookies(**cookies: str) -> Any:
    made = client()
    for name, raw in cookies.items():
        made.cookies[name] = raw
    return made
