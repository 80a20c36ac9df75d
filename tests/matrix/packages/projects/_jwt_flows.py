"""Logins of simplejwt, and the entry points that accept their tokens."""

from __future__ import annotations

from tests.matrix.packages.accounts import (
    Account,
    Attempt,
    IssuedTokens,
    attempt,
    client,
    exchange_tokens,
    post,
)


def pair(body: dict[str, str]) -> IssuedTokens:
    return IssuedTokens(access=body["access"], refresh=body.get("refresh", ""))


def call(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).get("/hello/")) if tokens.access else None


def call_stateless(tokens: IssuedTokens) -> Attempt | None:
    return attempt(client(tokens).get("/stateless/")) if tokens.access else None


def verify(tokens: IssuedTokens) -> Attempt | None:
    """Verify both tokens; accepted if one is."""
    raws = [raw for raw in (tokens.access, tokens.refresh) if raw]
    answers = [attempt(client().post("/api/token/verify/", {"token": raw})) for raw in raws]
    return max(answers, key=lambda answer: answer.is_accepted, default=None)


def refresh(tokens: IssuedTokens) -> Attempt | None:
    if not tokens.refresh or tokens.refresh == tokens.access:
        return None
    answer = client().post("/api/token/refresh/", {"refresh": tokens.refresh})
    return attempt(answer, lambda body: pair({"refresh": tokens.refresh, **body}))


def refresh_sliding(tokens: IssuedTokens) -> Attempt | None:
    if tokens.refresh != tokens.access:
        return None
    answer = client().post("/api/token/sliding/refresh/", {"token": tokens.access})
    return attempt(answer, lambda body: sliding(body["token"]))


def sliding(raw: str) -> IssuedTokens:
    """Return a sliding token, which is its own refresh token."""
    return IssuedTokens(access=raw, refresh=raw)


def obtain(account: Account) -> IssuedTokens:
    return pair(post("/api/token/", account.credentials))


def obtain_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh, obtain(account))


def obtain_sliding(account: Account) -> IssuedTokens:
    return sliding(post("/api/token/sliding/", account.credentials)["token"])


def obtain_sliding_and_refresh(account: Account) -> IssuedTokens:
    return exchange_tokens(refresh_sliding, obtain_sliding(account))


def refresh_token(account: Account) -> IssuedTokens:
    from shop.logins import log_in

    token = log_in(account.current_user())
    return IssuedTokens(access=str(token.access_token), refresh=str(token))


def our_refresh_token(account: Account) -> IssuedTokens:
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    token = RevocableRefreshToken.for_user(account.current_user())
    return IssuedTokens(access=str(token.access_token), refresh=str(token))


def access_token(account: Account) -> IssuedTokens:
    from rest_framework_simplejwt.tokens import AccessToken

    return IssuedTokens(access=str(AccessToken.for_user(account.current_user())))
