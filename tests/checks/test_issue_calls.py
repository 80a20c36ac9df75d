"""Check of calls that issue tokens without a session, in modules of the project."""

from __future__ import annotations

import pytest

from token_revocation._checks import check_token_revocation

pytest.importorskip("rest_framework_simplejwt")

OURS = "token_revocation.contrib.simplejwt"
CALL = "token_revocation.E072"
REFRESH = "token_revocation.E073"
DECODE = "token_revocation.E078"


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{OURS}.SimpleJWTAdapter"]}


@pytest.mark.trap("T30")
@pytest.mark.parametrize(
    "source",
    [
        "from rest_framework_simplejwt.tokens import RefreshToken\n\n"
        "def log_in(user):\n    return RefreshToken.for_user(user)\n",
        "from rest_framework_simplejwt.tokens import RefreshToken as Pair\n\n"
        "class View:\n    def post(self, user):\n        return str(Pair.for_user(user))\n",
        "from rest_framework_simplejwt import tokens\n\n\n"
        "log_in = lambda user: tokens.RefreshToken.for_user(user)\n",
        "def log_in(user):\n"
        "    from rest_framework_simplejwt.tokens import RefreshToken\n\n"
        "    return RefreshToken.for_user(user)\n",
        "from rest_framework_simplejwt.tokens import RefreshToken\n"
        "class Own(RefreshToken): ...\n"
        "def log_in(user): return Own.for_user(user)\n",
        "from rest_framework_simplejwt.serializers import TokenObtainPairSerializer\n"
        "class Own(TokenObtainPairSerializer): ...\n\n"
        "def log_in(user): return Own.get_token(user)\n",
    ],
)
def test_issuing_call_is_an_error_with_its_line(shop, source):
    (message,) = shop(source, CALL)
    assert message.startswith("shop.logins, line ")
    assert ".for_user()" in message or ".get_token()" in message


@pytest.mark.parametrize(
    "source",
    [
        "from rest_framework_simplejwt.tokens import RefreshToken\n"
        "def log_out(raw): RefreshToken(raw).blacklist()\n",
        f"from {OURS}.tokens import RevocableRefreshToken\n"
        "def log_in(user): return RevocableRefreshToken.for_user(user)\n",
        "from rest_framework_simplejwt.tokens import AccessToken\n"
        "def log_in(user): return AccessToken.for_user(user)\n",
        f"from {OURS}.serializers import RevocableTokenObtainPairSerializer as Ours\n"
        "def log_in(user): return Ours.get_token(user)\n",
        "def get_token(request): return request.session.get_token()\n",
        "def log_in(tokens, user): return tokens[0].for_user(user)\n",
        "def log_in():\n    from rest_framework_simplejwt.nothing import it\n    it.for_user()\n"
        "def other(): from django.contrib import auth\n",
    ],
)
def test_other_calls_pass(shop, source):
    assert shop(source, CALL) == []


def test_test_modules_are_skipped(shop):
    source = "from rest_framework_simplejwt.tokens import RefreshToken\n"
    source += "def log_in(user): return RefreshToken.for_user(user)\n"
    assert shop(source, CALL, "test_logins") == []


def test_module_without_source_is_skipped(shop, monkeypatch):
    monkeypatch.setattr("inspect.getsource", lambda module: (_ for _ in ()).throw(OSError))
    assert shop("def for_user(): ...", CALL) == []


TOKENS = "from rest_framework_simplejwt.tokens import RefreshToken\n"
SERIALIZERS = "from rest_framework_simplejwt.serializers import TokenRefreshSerializer\n"
CHECKED = f"from {OURS}.serializers import RevocableTokenRefreshSerializer\n"


@pytest.mark.trap("T30")
@pytest.mark.parametrize(
    "source",
    [
        f"{TOKENS}def refresh(raw): return str(RefreshToken(raw).access_token)\n",
        f"{TOKENS}def refresh(raw):\n    token = RefreshToken(raw)\n    return token.access_token\n",
        f"{TOKENS}async def refresh(raw): return str(RefreshToken(raw).access_token)\n",
        f"{TOKENS}def view():\n    def post(raw): return RefreshToken(raw).access_token\n"
        "    return post\n",
        f"{TOKENS}class Own(RefreshToken): ...\n\ndef go(raw): return Own(raw).access_token\n",
        f"from {OURS}.tokens import RevocableRefreshToken as Own\n"
        "def go(raw): return Own(raw).access_token\n",
        f"{SERIALIZERS}def go(data): return TokenRefreshSerializer(data=data)\n",
        f"{SERIALIZERS}class Own(TokenRefreshSerializer): ...\n\ndef go(data): return Own(data=data)\n",
        "from rest_framework_simplejwt.views import token_refresh\n"
        "def go(request): return token_refresh(request)\n",
    ],
)
def test_refreshing_call_is_an_error_with_its_line(shop, source):
    (message,) = shop(source, REFRESH)
    assert message.startswith("shop.logins, line ")
    assert "does not check whether the refresh token is revoked" in message


@pytest.mark.parametrize(
    "source",
    [
        f"{TOKENS}def log_out(raw): RefreshToken(raw).blacklist()\n",
        f"{TOKENS}def pair(user): return RefreshToken.for_user(user).access_token\n",
        f"{CHECKED}def go(data): return RevocableTokenRefreshSerializer(data=data)\n",
        f"{CHECKED}class Own(RevocableTokenRefreshSerializer): ...\n\ndef go(d): return Own(data=d)\n",
        "def refresh(token): return token.access_token\n",
        "x = 1\n",
    ],
)
def test_unrelated_refresh_calls_pass(shop, source):
    assert shop(source, REFRESH) == []


ACCESS = "from rest_framework_simplejwt.tokens import AccessToken, UntypedToken\n"


@pytest.mark.parametrize(
    "source",
    [
        f"{ACCESS}async def connect(raw): return AccessToken(raw)['user_id']\n",
        f"{ACCESS}class Middleware:\n    def __call__(self, raw): return UntypedToken(raw)\n",
        f"{ACCESS}class Own(AccessToken): ...\n\ndef get_user(raw): return Own(raw)['user_id']\n",
        "def connect(raw):\n    from rest_framework_simplejwt.tokens import SlidingToken\n"
        "    return SlidingToken(raw)\n",
    ],
)
def test_decoding_call_is_an_error_with_its_line(shop, source):
    (message,) = shop(source, DECODE)
    assert message.startswith("shop.logins, line ")
    assert message.endswith("() does not check whether the token is revoked.")


@pytest.mark.parametrize(
    "source",
    [
        f"{ACCESS}from token_revocation import services\n\ndef connect(raw):\n"
        "    return AccessToken(raw) and services.is_revoked(services.resolve(raw))\n",
        f"{ACCESS}def log_in(): return str(AccessToken())\n",
        f"{ACCESS}from {OURS} import RevocableJWTAuthentication\n"
        "class Cookie(RevocableJWTAuthentication):\n    def authenticate(self, request):\n"
        "        token = AccessToken(request.COOKIES['access'])\n"
        "        return self.get_user(token), token\n",
        f"{TOKENS}def log_out(raw): RefreshToken(raw).blacklist()\n",
        "from rest_framework_simplejwt.tokens import Token\nclass Mail(Token): ...\n\n"
        "def confirm(raw): return Mail(raw)\n",
    ],
)
def test_other_decoding_calls_pass(shop, source):
    assert shop(source, DECODE) == []


def test_consumer_of_channels_is_loaded(package, settings):
    name = package(
        consumers=f"{ACCESS}def connect(raw): return AccessToken(raw)\n",
        asgi="from . import consumers\napplication = None\n",
    )
    settings.ASGI_APPLICATION = f"{name}.asgi.application"
    messages = [each.msg for each in check_token_revocation() if each.id == DECODE]
    assert [each.partition(":")[0] for each in messages] == [f"{name}.consumers, line 2"]
