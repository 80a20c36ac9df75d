"""Tests of the OpenAPI schema, which ``test_schema.py`` runs."""

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
from token_revocation.contrib.drf_spectacular.hooks import add_rejection_responses
from token_revocation.views import LogoutView


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_schema_is_valid_without_warnings():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_each_class_has_the_scheme_of_the_wrapped_class(schema):
    schemes = schema["components"]["securitySchemes"]
    assert set(schemes) == {"tokenAuth", "jwtAuth", "knoxApiToken", "oauth2", "issuerJWT"}
    assert schemes["jwtAuth"] == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def test_endpoint_requires_one_of_the_schemes(schema):
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
        ("/auth/sessions/", "get", {"200", "401", "403", "404", "406", "429", "503"}),
        ("/auth/tokens/{token_id}/", "delete", {"204", "401", "403", "404", "406", "429", "503"}),
    ],
)
def test_all_responses_are_documented(schema, path, method, statuses):
    assert set(schema["paths"][path][method]["responses"]) == statuses


def test_all_endpoints_document_503(schema):
    prefixes = ("/auth/", "/api/", "/introspect/", "/global/", "/backchannel/", "/events/")
    undocumented = [
        (path, method)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if path.startswith(prefixes) and "503" not in operation["responses"]
    ]
    assert undocumented == []


def test_active_token_schema_contains_no_raw_token(schema):
    active = schema["components"]["schemas"]["ActiveToken"]["properties"]
    assert set(active) == {"id", "kind", "fingerprint", "issued_at", "expires_at", "current"}


def test_session_schema_describes_device_and_application(schema):
    session = schema["components"]["schemas"]["Session"]["properties"]
    assert {"device", "ip_address", "last_used_at", "current", "scopes"} <= set(session)
    renamed = schema["paths"]["/auth/sessions/{session_id}/"]["patch"]["responses"]
    assert {"200", "400", "415"} <= set(renamed)


def generate_schema(view):
    from django.urls import path

    generator = SchemaGenerator(patterns=[path("here/", view.as_view())])
    return generator.get_schema(request=None, public=True)


def test_subclass_in_a_project_keeps_its_operation():
    class HereView(LogoutView):
        """Log out here."""

    operation = generate_schema(HereView)["paths"]["/here/"]["post"]
    assert operation["description"] == "Log out here."
    assert "204" in operation["responses"]


def test_hook_adds_rejections_to_other_views():
    class HereView(APIView):
        authentication_classes = (RevocableTokenAuthentication,)
        serializer_class = None

        @extend_schema(responses={204: None, 503: OpenApiResponse(description="Closed.")})
        def get(self, request):
            return Response(status=204)

    class OpenView(HereView):
        authentication_classes = ()

    described = add_rejection_responses(generate_schema(HereView))
    validate_schema(described)
    answers = described["paths"]["/here/"]["get"]["responses"]
    assert answers["401"] == {"$ref": "#/components/responses/TokenRejected"}
    assert "WWW-Authenticate" in described["components"]["responses"]["TokenRejected"]["headers"]
    assert answers["503"]["description"] == "Closed."
    assert set(
        add_rejection_responses(generate_schema(OpenView))["paths"]["/here/"]["get"]["responses"]
    ) == {*("204", "503")}


def test_class_without_a_wrapped_scheme_is_not_documented(capsys):
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

    assert "securitySchemes" not in generate_schema(HereView).get("components", {})
    assert "could not resolve authenticator" in capsys.readouterr().err
