from __future__ import annotations

import pytest

from tests.factories import AuthTokenFactory, UserFactory
from tests.views.outages import failing_cutoff_insert
from token_revocation.models import Reason, TokenCutoff


def path_of(user):
    return f"/auth/users/{user.pk}/revoke/"


def test_staff_revoke_all_tokens_of_a_user(officer, staff, holder, user):
    answer = officer.post(path_of(user))
    assert (answer.status_code, answer.content) == (204, b"")
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id) == ("user", str(user.pk))
    assert (cutoff.reason, cutoff.revoked_by, cutoff.note) == (Reason.ADMIN, staff, "")


def test_reason_and_note_are_stored(officer, user):
    officer.post(path_of(user), {"reason": "stolen_phone", "note": "Called at noon."})
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.reason, cutoff.note) == ("stolen_phone", "Called at noon.")


def test_tokens_of_other_users_stay_valid(officer, holder):
    assert officer.post(path_of(UserFactory())).status_code == 204
    assert holder.get("/protected/").status_code == 200


def assert_rejected(answer, status, code):
    assert (answer.status_code, answer.data["detail"].code) == (status, code)
    assert not TokenCutoff.objects.exists()


def test_anonymous_client_is_rejected(api_client, user):
    assert_rejected(api_client.post(path_of(user)), 401, "not_authenticated")


def test_user_is_rejected(holder, user):
    assert_rejected(holder.post(path_of(user)), 403, "permission_denied")


def test_user_with_permission_who_is_not_staff_is_rejected(holder, user, may_log_out_users):
    user.user_permissions.add(may_log_out_users)
    assert_rejected(holder.post(path_of(user)), 403, "permission_denied")


def test_staff_without_permission_are_rejected(client_of, staff, user):
    client = client_of(AuthTokenFactory(user=staff).key)
    assert_rejected(client.post(path_of(user)), 403, "permission_denied")


def test_staff_may_authenticate_by_token(client_of, staff, user, may_log_out_users):
    staff.user_permissions.add(may_log_out_users)
    client = client_of(AuthTokenFactory(user=staff).key)
    assert client.post(path_of(user)).status_code == 204


def test_response_without_permission_does_not_reveal_users(holder):
    known, unknown = holder.post(path_of(UserFactory())), holder.post("/auth/users/0/revoke/")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


@pytest.mark.parametrize("user_id", ["0", "-1", "9" * 30, "9" * 5000, "x", "%00", "1%00", "%FF"])
def test_unknown_user_is_404(officer, user_id):
    assert_rejected(officer.post(f"/auth/users/{user_id}/revoke/"), 404, "not_found")


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ({"reason": "x" * 65}, "max_length"),
        ({"reason": ""}, "blank"),
        ({"reason": "a\x00b"}, "null_characters_not_allowed"),
        ({"note": "a\x00b"}, "null_characters_not_allowed"),
        ({"note": "x" * 1001}, "max_length"),
        ({"note": ["x"]}, "invalid"),
    ],
)
def test_invalid_reason_or_note_is_400(officer, user, cause, code):
    answer = officer.post(path_of(user), cause, format="json")
    (field,) = cause
    assert (answer.status_code, answer.data[field][0].code) == (400, code)
    assert not TokenCutoff.objects.exists()


def test_failed_cutoff_is_503(officer, holder, user):
    with failing_cutoff_insert():
        answer = officer.post(path_of(user))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not TokenCutoff.objects.exists()
    assert holder.get("/protected/").status_code == 200
