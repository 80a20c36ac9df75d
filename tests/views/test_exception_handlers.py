"""Error responses with various values of ``EXCEPTION_HANDLER``."""

from __future__ import annotations

import pytest
from django.http import HttpResponse, JsonResponse
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import exception_handler

from token_revocation import services
from token_revocation.testing._databases import failing_database

FORM = "application/x-www-form-urlencoded"


def as_json(exc, context):
    return JsonResponse({"message": str(exc)}, status=exc.status_code)


def as_text(exc, context):
    return HttpResponse("sorry", status=exc.status_code)


def of_a_string(exc, context):
    return Response("sorry", status=exc.status_code)


def of_a_list(exc, context):
    return Response(["sorry"], status=exc.status_code)


def a_string(exc, context):
    return "sorry"


def a_list(exc, context):
    return ["sorry"]


def nothing(exc, context):
    return None


def flat(exc, context):
    """Return one entry for each message, as drf-standardized-errors does."""
    response = exception_handler(exc, context)
    if not isinstance(exc, APIException):
        return response
    found = exc.detail
    found = found.values() if isinstance(found, dict) else [found]
    found = [each[0] if isinstance(each, list) else each for each in found]
    response.data = {"errors": [{"code": each.code, "detail": each} for each in found]}
    return response


def wrapping(exc, context):
    response = exception_handler(exc, context)
    if response is not None:
        response.data["status"] = response.status_code
    return response


def with_200(exc, context):
    return Response({"detail": "sorry"}, status=200)


EVERY = [as_json, as_text, of_a_string, of_a_list, a_string, a_list, nothing, flat, wrapping]


@pytest.fixture
def handled_by(settings):
    def choose(handler):
        settings.REST_FRAMEWORK = {
            **settings.REST_FRAMEWORK,
            "EXCEPTION_HANDLER": f"{__name__}.{handler.__name__}",
        }

    return choose


@pytest.fixture
def ask(holder):
    holder.raise_request_exception = False
    return holder.post


@pytest.mark.parametrize("handler", EVERY)
class TestEveryHandler:
    def test_revoked_token_is_401_with_a_challenge(self, handler, handled_by, ask):
        handled_by(handler)
        services.revoke_everyone()
        answer = ask("/auth/logout/all/")
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
        assert answer["Cache-Control"] == "no-store"

    def test_database_failure_is_503_with_retry_after(self, handler, handled_by, ask):
        handled_by(handler)
        with failing_database("tokencutoff"):
            answer = ask("/auth/logout/all/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")

    def test_failure_of_the_user_database_is_503(self, handler, handled_by, db):
        handled_by(handler)
        with failing_database("auth_user"):
            credentials = {"username": "a", "password": "b"}
            answer = APIClient(raise_request_exception=False).post("/auth/login/", credentials)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")

    def test_missing_permission_is_403(self, handler, handled_by, ask):
        handled_by(handler)
        assert ask("/auth/users/1/revoke/").status_code == 403

    def test_invalid_fields_are_400(self, handler, handled_by, ask):
        handled_by(handler)
        assert ask("/auth/logout/all/", {"keep_current": "perhaps"}).status_code == 400

    @pytest.mark.spec("RFC 7009", "2.2.1")
    def test_oauth_error_keeps_its_body(self, handler, handled_by, ask):
        handled_by(handler)
        answer = ask("/auth/revoke/", {})
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_request"


def test_listing_handler_lists_one_error(handled_by, ask):
    handled_by(flat)
    services.revoke_everyone()
    (error,) = ask("/auth/logout/all/").json()["errors"]
    assert error == {"code": "token_revoked", "detail": "The token was revoked."}


def test_listing_handler_lists_one_error_in_custom_views(handled_by, holder):
    handled_by(flat)
    services.revoke_everyone()
    (error,) = holder.get("/protected/").json()["errors"]
    assert error["code"] == "token_revoked"


@pytest.mark.parametrize("path", ["/auth/tokens/", "/protected/"])
def test_extended_handler_shows_the_code(handled_by, holder, path):
    handled_by(wrapping)
    services.revoke_everyone()
    said = holder.get(path).json()
    assert said == {"code": "token_revoked", "detail": "The token was revoked.", "status": 401}


def test_handler_may_change_the_status(handled_by, ask):
    handled_by(with_200)
    services.revoke_everyone()
    answer = ask("/auth/logout/all/")
    assert (answer.status_code, "WWW-Authenticate" in answer) == (200, False)


@pytest.mark.parametrize("handler", [nothing, wrapping])
def test_programming_error_stays_500(handler, handled_by, ask, monkeypatch):
    handled_by(handler)
    monkeypatch.setattr(services, "revoke_all", None)
    assert ask("/auth/logout/all/").status_code == 500


def test_missing_retry_after_is_added(handled_by, ask, settings):
    handled_by(as_text)
    settings.REST_FRAMEWORK |= {"DEFAULT_THROTTLE_RATES": {"token_revocation": "1/min"}}
    ask("/auth/tokens/")
    answer = ask("/auth/tokens/")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
