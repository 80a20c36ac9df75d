"""Tokens are checked once where a project's subclass overrides ``authenticate()``."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.utils.module_loading import import_string
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from tests.matrix.kinds import KINDS
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.authentication import RevocationMixin, current_token
from token_revocation.signals import token_checked
from token_revocation.standards._token_authentication import authenticate_token

pytestmark = [
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
    pytest.mark.django_db,
]

INSTALLED = {
    name: kind
    for name, kind in KINDS.items()
    if kind.is_installed and "refresh" not in name and not kind.cookie
}


@dataclass(frozen=True)
class Profile:
    """A user object of the project, with a primary key of its own."""

    user: Any
    pk: int = 999_999
    is_authenticated: bool = True


def package_class(base):
    """Return the class of the other package that ``base`` extends."""
    return base.__mro__[base.__mro__.index(RevocationMixin) + 1]


def bypassing(base):
    """Bypass ``RevocationMixin.authenticate()``."""

    class Own(base):
        def authenticate(self, request):
            return package_class(base).authenticate(self, request)

    return Own


def from_cookie(base):
    class FromCookie(base):
        def authenticate(self, request):
            raw = request.COOKIES.get("token")
            if raw is None:
                return None
            request.META["HTTP_AUTHORIZATION"] = f"{request.COOKIES['scheme']} {raw}"
            return super().authenticate(request)

    return FromCookie


def multilevel(base):
    class One(from_cookie(base)):
        def authenticate(self, request):
            return super().authenticate(request)

    class Two(One):
        pass

    class Three(Two):
        def authenticate(self, request):
            return super().authenticate(request)

    return Three


def mixed_in(base):
    class Mixin:
        def authenticate(self, request):
            return super().authenticate(request)

    return type("MixedIn", (Mixin, bypassing(base)), {})


def wrong_order(base):
    return type("WrongOrder", (package_class(base), RevocationMixin), {"adapter": base.adapter})


def replaced_user(base):
    class ReplacedUser(base):
        def authenticate(self, request):
            result = super().authenticate(request)
            return result and (Profile(result[0]), result[1])

    return ReplacedUser


def without_token(base):
    class WithoutToken(base):
        def authenticate(self, request):
            result = super().authenticate(request)
            return result and (result[0], None)

    return WithoutToken


def raw_token(base):
    class RawToken(base):
        def authenticate(self, request):
            result = bypassing(base).authenticate(self, request)
            return result and (result[0], request.headers["Authorization"].split()[1])

    return RawToken


def decorated(base):
    """Replace the method after the class was created, as instrumentation does."""

    class Decorated(bypassing(base)):
        pass

    inner = Decorated.authenticate
    Decorated.authenticate = lambda self, request: inner(self, request)
    return Decorated


SUBCLASSES = [
    bypassing,
    from_cookie,
    multilevel,
    mixed_in,
    wrong_order,
    replaced_user,
    without_token,
    raw_token,
    decorated,
]


class WhoAmIView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request):
        return Response({"accepted": request.successful_authenticator is not None})


class Client:
    """Sends a token in header and cookie to a view with one authentication class."""

    def __init__(self, kind, user, subclass):
        self.base = import_string(kind.authentication)
        self.scheme, self.raw = kind.scheme, kind.log_in(user).api
        self.cookie = kind.cookie
        self.authentication = subclass(self.base)

    def request(self):
        factory = APIRequestFactory()
        factory.cookies["token"], factory.cookies["scheme"] = self.raw, self.scheme
        if self.cookie:
            factory.cookies[self.cookie] = self.raw
        request = factory.get("/", HTTP_AUTHORIZATION=f"{self.scheme} {self.raw}")
        SessionMiddleware(HttpResponse).process_request(request)
        AuthenticationMiddleware(HttpResponse).process_request(request)
        return request

    def get(self):
        view = WhoAmIView.as_view(authentication_classes=[self.authentication])
        return view(self.request())


@pytest.fixture(params=INSTALLED)
def kind(request):
    return INSTALLED[request.param]


@pytest.mark.parametrize("subclass", SUBCLASSES)
class TestEverySubclass:
    def test_a_revoked_token_is_rejected(self, kind, user, subclass):
        client = Client(kind, user, subclass)
        assert client.get().data == {"accepted": True}
        services.revoke_everyone()
        answer = client.get()
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"]

    def test_the_token_is_checked_once(self, kind, user, subclass):
        client = Client(kind, user, subclass)
        overridden = client.base.is_revoked is not RevocationMixin.is_revoked  # In its own query.
        with (
            capture_signals(token_checked) as checks,
            patch.object(
                RevocationMixin, "is_revoked", autospec=True, return_value=False
            ) as is_revoked,
        ):
            assert client.get().status_code == 200
        assert [check["answer"] for check in checks] == ["accepted"]
        assert is_revoked.call_count <= 1 if overridden else is_revoked.call_count == 1

    def test_the_rejection_sends_one_signal(self, kind, user, subclass):
        client = Client(kind, user, subclass)
        services.revoke_everyone()
        with capture_signals(token_checked) as checks:
            client.get()
        assert [check["answer"] for check in checks] == ["token_revoked"]

    def test_an_inactive_user_is_rejected(self, kind, user, subclass):
        client = Client(kind, user, subclass)
        user.is_active = False
        user.save()
        assert client.get().status_code == 401


@pytest.mark.parametrize(
    "subclass", [bypassing, multilevel, mixed_in, replaced_user, without_token, decorated]
)
def test_a_revoked_browser_session_is_rejected(user, subclass):
    client = Client(KINDS["browser session"], user, subclass)
    assert client.get().data == {"accepted": True}
    services.revoke_everyone()
    with capture_signals(token_checked) as checks:
        answer = client.get()
    assert (answer.status_code, answer["WWW-Authenticate"][:7]) == (401, "Session")
    assert [check["answer"] for check in checks] == ["token_revoked"]


def test_a_browser_session_that_cannot_be_identified_is_rejected(user):
    answer = Client(KINDS["browser session"], user, wrong_order).get()
    assert answer.data["code"] == "token_missing_identifier"


def anonymous(base):
    class Optional(base):
        def authenticate(self, request):
            try:
                return super().authenticate(request)
            except AuthenticationFailed:
                return AnonymousUser(), None

    return Optional


def test_a_class_may_treat_a_revoked_token_as_anonymous(kind, user):
    client = Client(kind, user, anonymous)
    services.revoke_everyone()
    request = Request(client.request(), authenticators=[client.authentication()])
    assert not request.user.is_authenticated
    assert current_token(request) is None


def asynchronous(base):
    class Async(base):
        async def authenticate(self, request):
            return await sync_to_async(super().authenticate)(request)

    return Async


def asynchronous_package(base):
    """Make the package's ``authenticate()`` a coroutine function."""
    stock = package_class(base)

    class Async(stock):
        async def authenticate(self, request):
            return await sync_to_async(stock.authenticate)(self, request)

    return type("RevocableAsync", (RevocationMixin, Async), {"adapter": base.adapter})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("subclass", [asynchronous, asynchronous_package])
def test_tokens_are_checked_by_a_coroutine_function(kind, user, subclass):
    client = Client(kind, user, subclass)
    authenticator = client.authentication()
    assert inspect.iscoroutinefunction(authenticator.authenticate)  # As adrf asks.
    authenticate = async_to_sync(authenticator.authenticate)
    with capture_signals(token_checked) as checks:
        assert authenticate(Request(client.request()))[0].pk
        services.revoke_everyone()
        with pytest.raises(AuthenticationFailed):
            authenticate(Request(client.request()))
    assert [check["answer"] for check in checks] == ["accepted", "token_revoked"]


def no_token(base):
    class NoToken(base):
        def authenticate(self, request):
            return SimpleNamespace(is_active=True, is_authenticated=True), None

    return NoToken


def discarded_token(base):
    class DiscardedToken(base):
        def authenticate(self, request):
            user, _token = package_class(base).authenticate(self, request)
            return user, None

    return DiscardedToken


def unknown_token(base):
    class UnknownToken(base):
        def authenticate(self, request):
            return SimpleNamespace(is_active=True, is_authenticated=True), {"scope": "read"}

    return UnknownToken


@pytest.mark.parametrize("subclass", [no_token, discarded_token, unknown_token])
def test_a_token_without_an_identifier_is_rejected_and_logged(kind, user, subclass, caplog):
    client = Client(kind, user, subclass)
    answer = client.get()
    assert (answer.status_code, answer.data["code"]) == (401, "token_missing_identifier")
    assert subclass(client.base).__name__ in caplog.text or "JWT" in kind.authentication


def claims_only(base):
    class Claims(base):
        def authenticate(self, request):
            user, token = bypassing(base).authenticate(self, request)
            return Profile(user), dict(token.payload)

    return Claims


@pytest.mark.parametrize("name", [name for name in INSTALLED if "simplejwt" in name])
def test_the_claims_of_a_jwt_identify_it(name, user):
    client = Client(INSTALLED[name], user, claims_only)
    assert client.get().status_code == 200
    services.revoke_everyone()
    assert client.get().data["code"] == "token_revoked"


def test_introspection_awaits_a_coroutine_function(kind, user):
    client = Client(kind, user, asynchronous)
    classes = [client.authentication]
    assert str(authenticate_token(client.raw, classes).user.pk) == str(user.pk)
    services.revoke_everyone()
    assert authenticate_token(client.raw, classes) is None
