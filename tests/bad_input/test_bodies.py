from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.authtoken.models import Token

from tests.bad_input.strategies import (
    FORM,
    MILLION,
    OPEN,
    assert_nothing_stored,
    assert_readable,
    bodies,
    content_types,
    form_encoded,
    fuzz,
    post_json,
    texts,
    values,
)
from token_revocation.models import TokenCutoff


@fuzz
@given(raw=texts, hint=texts)
@example(raw=MILLION, hint="")
@example(raw="x", hint=MILLION)
@example(raw="\x00", hint="\x00")
@example(raw="\ud800", hint="\udfff")
def test_revoke_accepts_any_string_in_json(api_client, token, raw, hint):
    answer = post_json(api_client, "/auth/revoke/", {"token": raw, "token_type_hint": hint})
    assert answer.status_code == (200 if raw else 400)
    assert_nothing_stored()


@fuzz
@given(raw=texts | st.binary(max_size=300), hint=texts | st.binary(max_size=300))
@example(raw=MILLION, hint="")
@example(raw="x", hint=MILLION)
@example(raw="\x00", hint="\x00")
@example(raw=b"\xff\xfe", hint=b"\xff")
def test_revoke_accepts_any_string_in_a_form(api_client, token, raw, hint):
    body = form_encoded({"token": raw, "token_type_hint": hint})
    answer = api_client.generic("POST", "/auth/revoke/", body, content_type=FORM)
    assert answer.status_code == (200 if raw else 400)
    assert_nothing_stored()


@pytest.mark.parametrize("field", ["token", "token_type_hint"])
@fuzz
@given(value=values)
def test_revoke_handles_any_json_value(api_client, token, field, value):
    answer = post_json(api_client, "/auth/revoke/", {"token": "x", field: value})
    assert_readable(answer)
    assert answer.status_code in {200, 400}
    assert_nothing_stored()


@pytest.mark.parametrize("field", ["username", "password"])
@fuzz
@given(value=values)
@example(value="\x00")
@example(value="\ud800")
@example(value=MILLION)
def test_login_rejects_any_credential(api_client, user, field, value):
    credentials = {"username": user.username, "password": "x", field: value}
    answer = post_json(api_client, "/auth/login/", credentials)
    assert_readable(answer)
    assert answer.status_code == 400
    assert not Token.objects.exists()


@pytest.mark.parametrize("path", OPEN)
@fuzz
@given(body=bodies, content_type=content_types)
def test_public_endpoints_handle_any_body(api_client, token, path, body, content_type):
    answer = api_client.generic("POST", f"/auth/{path}", body, content_type=content_type)
    assert_readable(answer)
    assert_nothing_stored()


@pytest.mark.parametrize("path", ["logout/all/", "users/{pk}/revoke/"])
@fuzz
@given(body=bodies, content_type=content_types)
def test_invalid_body_revokes_nothing(root_client, user, path, body, content_type):
    before = TokenCutoff.objects.count()
    path = f"/auth/{path}".format(pk=user.pk)
    answer = root_client.generic("POST", path, body, content_type=content_type)
    assert_readable(answer)
    assert TokenCutoff.objects.count() - before == (answer.status_code == 204)


@fuzz
@given(reason=values, note=values)
@example(reason="\U0001f512" * 64, note="\U0001f512" * 1000)
@example(reason="\ud800", note="")
@example(reason="x", note="\x00")
@example(reason=MILLION, note=MILLION)
def test_user_revocation_handles_any_reason_and_note(root_client, user, reason, note):
    before = TokenCutoff.objects.count()
    cause = {"reason": reason, "note": note}
    answer = post_json(root_client, f"/auth/users/{user.pk}/revoke/", cause)
    assert_readable(answer)
    assert TokenCutoff.objects.count() - before == (answer.status_code == 204)


@fuzz
@given(value=values)
def test_logout_all_handles_any_json_value(root_client, value):
    before = TokenCutoff.objects.count()
    answer = post_json(root_client, "/auth/logout/all/", {"keep_current": value})
    assert_readable(answer)
    assert TokenCutoff.objects.count() - before == (answer.status_code == 204)
