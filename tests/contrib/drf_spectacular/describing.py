"""What the OpenAPI schema says: run by ``test_schema.py``, with settings of its own."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiResponse, extend_schema
from drf_spectacular.validation import validate_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.contrib.drf_spectacular.hooks import describe_refusals
from token_revocation.views import LogoutView


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_valid_and_nothing_had_to_be_guessed():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_each_class_goes_by_the_scheme_of_the_class_behind_it(schema):
    schemes = schema["components"]["securitySchemes"]
    assert set(schemes) == {"tokenAuth", "jwtAuth", "knoxApiToken", "oauth2", "issuerJWT"}
    assert schemes["jwtAuth"] == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def test_each_endpoint_asks_for_one_of_them(schema):
    asked = schema["paths"]["/auth/tokens/"]["get"]["security"]
    assert [*map(list, asked)] == [["tokenAuth"], ["jwtAuth"], ["knoxApiToken"], ["oauth2"]]


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/auth/login/", "post", {"200", "400", "404", "406", "415", "429", "503"}),
        ("/auth/logout/", "post", {"204", "404", "406", "429", "503"}),
        ("/auth/revoke/", "post", {"200", "400", "404", "406", "415", "429", "503"}),
        ("/client-revoke/", "post", {"200", "400", "401", "404", "406", "415", "429", "503"}),
        ("/metadata", "get", {"200", "404", "406", "429", "503"}),
        ("/auth/tokens/{token_id}/", "delete", {"204", "401", "403", "404", "406", "429", "503"}),
    ],
)
def test_every_answer_is_listed(schema, path, method, statuses):
    assert set(schema["paths"][path][method]["responses"]) == statuses


def test_every_endpoint_of_ours_says_that_nobody_may_know(schema):
    ours = ("/auth/", "/api/", "/introspect/", "/global/", "/backchannel/", "/events/")
    silent = [
        (path, method)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if path.startswith(ours) and "503" not in operation["responses"]
    ]
    assert silent == []


def test_no_token_is_in_an_answer_but_that_of_a_login(schema):
    active = schema["components"]["schemas"]["ActiveToken"]["properties"]
    assert set(active) == {"id", "kind", "fingerprint", "issued_at", "expires_at", "current"}


def generated(view):
    from django.urls import path

    generator = SchemaGenerator(patterns=[path("here/", view.as_view())])
    return generator.get_schema(request=None, public=True)


def test_a_view_of_the_projects_own_keeps_its_operation():
    class HereView(LogoutView):
        """Log out here."""

    operation = generated(HereView)["paths"]["/here/"]["post"]
    assert operation["description"] == "Log out here."
    assert "204" in operation["responses"]


def test_a_hook_describes_what_our_classes_answer_in_front_of_other_views():
    class HereView(APIView):
        authentication_classes = (RevocableTokenAuthentication,)
        serializer_class = None

        @extend_schema(responses={204: None, 503: OpenApiResponse(description="Closed.")})
        def get(self, request):
            return Response(status=204)

    class OpenView(HereView):
        authentication_classes = ()

    described = describe_refusals(generated(HereView))
    validate_schema(described)
    answers = described["paths"]["/here/"]["get"]["responses"]
    assert answers["401"] == {"$ref": "#/components/responses/TokenRefused"}
    assert "WWW-Authenticate" in described["components"]["responses"]["TokenRefused"]["headers"]
    assert answers["503"]["description"] == "Closed."
    assert set(describe_refusals(generated(OpenView))["paths"]["/here/"]["get"]["responses"]) == {
        *("204", "503")
    }


def test_a_class_before_one_that_nobody_described_is_not_described_either(capsys):
    class Strange(BaseAuthentication):
        pass

    class RevocableStrange(RevocationMixin, Strange):
        pass

    class HereView(APIView):
        authentication_classes = (RevocableStrange,)
        permission_classes = (IsAuthenticated,)
        serializer_class = None

        def get(self, request):
            return Response()

    assert "securitySchemes" not in generated(HereView).get("components", {})
    assert "could not resolve authenticator" in capsys.readouterr().err
