"""Check of the classes, decorators and views of OAuth Toolkit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from rest_framework.decorators import api_view
from rest_framework.views import APIView

pytest.importorskip("oauth2_provider")

from oauth2_provider import decorators, views
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import get_access_token_model, get_application_model
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.checks.messages import ids, reported
from token_revocation import services
from token_revocation.contrib.oauth2_provider import decorators as our_decorators
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator
from token_revocation.contrib.oauth2_provider.views import RevocableIntrospectTokenView

OURS = "token_revocation.contrib.oauth2_provider"
VALIDATOR = f"{OURS}.validators.RevocableOAuth2Validator"


@pytest.fixture(autouse=True)
def oauth(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{OURS}.OAuth2ProviderAdapter"]}

    def change(**options):
        settings.OAUTH2_PROVIDER = {"OAUTH2_VALIDATOR_CLASS": VALIDATOR, **options}

    change()
    return change


class Protected(views.ProtectedResourceView):
    def get(self, request):
        return HttpResponse("in")


class OwnValidator(Protected):
    validator_class = OAuth2Validator


def plain(request):
    return HttpResponse("in")


@method_decorator(decorators.protected_resource(), name="dispatch")
class Dispatching(View):
    get = plain


class Handling(View):
    @method_decorator(decorators.rw_protected_resource())
    def post(self, request):
        return HttpResponse()


@api_view(["GET"])
@decorators.protected_resource(scopes=["read"])
def by_function(request):
    return HttpResponse()


def test_toolkit_urls_with_revocable_validator(urlconf):
    urlconf(path("o/", include("oauth2_provider.urls")))
    ((number, message, hint),) = reported()
    assert (number, message.split(":")[0]) == ("E050", "/o/introspect/")
    assert f"{OURS}.views.RevocableIntrospectTokenView" in hint


def test_toolkit_urls_with_another_validator(urlconf, oauth):
    oauth(OAUTH2_VALIDATOR_CLASS="oauth2_provider.oauth2_validators.OAuth2Validator")
    urlconf(path("o/", include("oauth2_provider.urls")))
    found = {message.split(":")[0]: hint for _, message, hint in reported()}
    assert {"/o/token/", "/o/authorize/", "/o/userinfo/", "/o/introspect/"} <= set(found)
    assert VALIDATOR in found["/o/token/"]
    assert "/o/revoke_token/" not in found


def test_urls_of_this_package_pass(urlconf, oauth):
    oauth(DCR_ENABLED=True)
    urlconf(path("o/", include(f"{OURS}.urls")))
    assert reported() == []


def test_protected_view_uses_the_configured_validator(urlconf):
    urlconf(path("x/", Protected.as_view()))
    assert ids() == []
    urlconf(path("x/", OwnValidator.as_view()))
    assert ids() == ["E050"]


@pytest.mark.parametrize(
    "view",
    [
        decorators.protected_resource()(plain),
        decorators.rw_protected_resource(scopes=["read"])(plain),
        decorators.protected_resource_metadata()(plain),
        decorators.protected_resource()(View.as_view()),
        Dispatching.as_view(),
        Handling.as_view(),
        by_function,
    ],
)
def test_decorator_with_another_validator_is_an_error(urlconf, view):
    urlconf(path("x/", view))
    ((number, _, hint),) = reported()
    assert number == "E050"
    assert f"{OURS}.decorators.protected_resource" in hint


@pytest.mark.parametrize(
    "view",
    [
        decorators.protected_resource(validator_cls=RevocableOAuth2Validator)(plain),
        our_decorators.protected_resource()(plain),
        our_decorators.rw_protected_resource_metadata()(plain),
        plain,
        View.as_view(),
    ],
)
def test_decorator_with_revocable_validator_passes(urlconf, view):
    urlconf(path("x/", view))
    assert ids() == []


def test_toolkit_class_of_a_view_is_an_error(urlconf):
    urlconf(path("x/", APIView.as_view(authentication_classes=[OAuth2Authentication])))
    ((number, _, hint),) = reported()
    assert number == "E051"
    assert f"{OURS}.RevocableOAuth2Authentication" in hint


def test_subclass_of_revocable_introspection_passes(urlconf):
    derived = type("Derived", (RevocableIntrospectTokenView,), {})
    urlconf(path("x/", derived.as_view()))
    assert ids() == []


@pytest.fixture
def registered(db, user):
    application = get_application_model().objects.create(
        name="one", client_type="public", authorization_grant_type="password", user=user
    )

    def issue(raw, scope):
        expires = timezone.now() + timedelta(hours=1)
        get_access_token_model().objects.create(
            user=user, application=application, token=raw, expires=expires, scope=scope
        )
        return {"Authorization": f"Bearer {raw}"}

    return application, issue


@pytest.mark.parametrize("view", [decorators.protected_resource, our_decorators.protected_resource])
def test_only_the_revocable_decorator_rejects_a_revoked_token(urlconf, client, registered, view):
    urlconf(path("x/", view()(plain)))
    headers = registered[1]("opaque", "read")
    assert client.get("/x/", headers=headers).status_code == 200
    services.revoke_everyone()
    is_ours = view is our_decorators.protected_resource
    assert client.get("/x/", headers=headers).status_code == (403 if is_ours else 200)


def test_revoked_registration_token_is_rejected(urlconf, oauth, client, registered):
    oauth(DCR_ENABLED=True)
    urlconf(path("stock/", include("oauth2_provider.urls")), path("o/", include(f"{OURS}.urls")))
    assert {m.split(": ")[0] for _, m, _ in reported()} == {
        "/stock/introspect/",
        "/stock/register/<str:client_id>/",
    }
    application, issue = registered
    type(application).objects.update(registration_source="dcr")
    headers = issue("opaque", "oauth2_provider:registration")
    addresses = [f"/{prefix}/register/{application.client_id}/" for prefix in ("o", "stock")]
    assert [client.get(each, headers=headers).status_code for each in addresses] == [200, 200]
    services.revoke_everyone()
    assert [client.get(each, headers=headers).status_code for each in addresses] == [401, 200]
    assert client.get(addresses[0], headers={}).status_code == 401
