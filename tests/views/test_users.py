from __future__ import annotations

import pytest

from tests.factories import AuthTokenFactory, UserFactory
from tests.views.failing import database_that_cannot_store_a_cutoff
from token_revocation.models import Reason, TokenCutoff


def path_of(user):
    return f"/auth/users/{user.pk}/revoke/"


def test_staff_with_the_permission_end_every_token_of_a_user(officer, staff, holder, user):
    answer = officer.post(path_of(user))
    assert (answer.status_code, answer.content) == (204, b"")
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id) == ("user", str(user.pk))
    assert (cutoff.reason, cutoff.revoked_by, cutoff.note) == (Reason.ADMIN, staff, "")


def test_reason_and_note_are_kept(officer, user):
    officer.post(path_of(user), {"reason": "stolen_phone", "note": "Called at noon."})
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.reason, cutoff.note) == ("stolen_phone", "Called at noon.")


def test_the_tokens_of_other_users_go_on(officer, holder):
    assert officer.post(path_of(UserFactory())).status_code == 204
    assert holder.get("/protected/").status_code == 200


def assert_refused(answer, status, code):
    assert (answer.status_code, answer.data["detail"].code) == (status, code)
    assert not TokenCutoff.objects.exists()


def test_nobody_may_not(api_client, user):
    assert_refused(api_client.post(path_of(user)), 401, "not_authenticated")


def test_a_user_may_not(holder, user):
    assert_refused(holder.post(path_of(user)), 403, "permission_denied")


def test_a_user_with_the_permission_who_is_not_staff_may_not(holder, user, may_log_out_users):
    user.user_permissions.add(may_log_out_users)
    assert_refused(holder.post(path_of(user)), 403, "permission_denied")


def test_staff_without_the_permission_may_not(client_of, staff, user):
    client = client_of(AuthTokenFactory(user=staff).key)
    assert_refused(client.post(path_of(user)), 403, "permission_denied")


def test_staff_with_the_permission_may_by_a_token_too(client_of, staff, user, may_log_out_users):
    staff.user_permissions.add(may_log_out_users)
    client = client_of(AuthTokenFactory(user=staff).key)
    assert client.post(path_of(user)).status_code == 204


def test_who_may_not_is_not_told_which_users_exist(holder):
    known, unknown = holder.post(path_of(UserFactory())), holder.post("/auth/users/0/revoke/")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


@pytest.mark.parametrize("user_id", ["0", "-1", "9" * 30, "9" * 5000, "x", "%00", "1%00", "%FF"])
def test_an_unknown_user_does_not_exist(officer, user_id):
    assert_refused(officer.post(f"/auth/users/{user_id}/revoke/"), 404, "not_found")


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
def test_a_cause_that_cannot_be_stored_is_refused(officer, user, cause, code):
    answer = officer.post(path_of(user), cause, format="json")
    (field,) = cause
    assert (answer.status_code, answer.data[field][0].code) == (400, code)
    assert not TokenCutoff.objects.exists()


def test_a_cutoff_that_cannot_be_stored_is_not_claimed(officer, holder, user):
    with database_that_cannot_store_a_cutoff():
        answer = officer.post(path_of(user))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not TokenCutoff.objects.exists()
    assert holder.get("/protected/").status_code == 200
