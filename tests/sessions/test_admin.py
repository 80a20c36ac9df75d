"""The list and the pages of sessions in the admin."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import display_for_value
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthTokenFactory, UserFactory
from tests.sessions.rows import make_session
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import PurgeWatermark, Reason, RevokedToken, TokenCutoff
from token_revocation.sessions._records import record_session
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject

LIST = "/admin/token_sessions/tokensession/"
VIEW = "token_sessions.view_tokensession"
CHANGE = "token_sessions.change_tokensession"
REVOKE = "token_revocation.add_revokedtoken"
ACTION = "revoke_selected_sessions"


def shown(page):
    assert page.status_code == 200
    return [row.pk for row in page.context["cl"].result_list]


def localize(time):
    return display_for_value(time, "-")


def cells(page, pk):
    """Return the texts of the columns of a row."""
    (row,) = [row for row in page.context["cl"].result_list if row.pk == pk]
    model_admin = page.context["cl"].model_admin
    names = ("user_label", "device", "state", "end_time", "end_reason_label", "ender_label")
    return {name: getattr(model_admin, name)(row) for name in names}


def revoke(client, *rows, **fields):
    chosen = {"action": ACTION, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(LIST, chosen | fields, follow=True)


def test_list_shows_users_devices_and_states(superuser_client, user):
    active = make_session(user, user_agent="Firefox", ip_address="192.0.2.7")
    named = make_session(user, user_agent="Firefox", name="Laptop")
    expired = make_session(user, created_at=now() - timedelta(days=3))
    ended = make_session(
        user, ended_at=now(), end_reason=Reason.LOGOUT, ended_by_id=superuser_client.staff.pk
    )

    page = superuser_client.get(LIST)

    assert set(shown(page)) == {active.pk, named.pk, expired.pk, ended.pk}
    assert cells(page, active.pk) == {
        "user_label": str(user),
        "device": "Firefox",
        "state": "active",
        "end_time": "-",
        "end_reason_label": "-",
        "ender_label": "-",
    }
    assert "192.0.2.7" in page.text
    assert cells(page, named.pk)["device"] == "Laptop"
    assert cells(page, expired.pk)["state"] == "expired"
    assert cells(page, ended.pk) | {"device": ""} == {
        "user_label": str(user),
        "device": "",
        "state": "ended",
        "end_time": localize(ended.ended_at),
        "end_reason_label": Reason.LOGOUT.label,
        "ender_label": str(superuser_client.staff),
    }


def test_user_agent_is_shown_as_a_device(superuser_client, user):
    pytest.importorskip("ua_parser")
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    rows = [make_session(user, user_agent=text) for text in (firefox, "unknown " * 50)]
    page = superuser_client.get(LIST)
    assert cells(page, rows[0].pk)["device"] == "Firefox 128, Linux"
    assert len(cells(page, rows[1].pk)["device"]) == 80
    assert firefox in superuser_client.get(f"{LIST}{rows[0].pk}/change/").text


@pytest.mark.parametrize(
    "make_cutoff",
    [
        lambda row, **details: services.revoke_all(row.owner, **details),
        lambda row, **details: services.revoke_client("app", **details),
        lambda row, **details: services.revoke_everyone(**details),
        lambda row, **details: services.revoke_session(str(row.pk), **details),
    ],
    ids=["user", "client", "everyone", "session"],
)
def test_unrecorded_end_is_shown_with_its_details(superuser_client, user, make_cutoff):
    row = make_session(user, client_id="app")
    row.owner = user
    staff = UserFactory()
    cutoff = make_cutoff(row, reason="audit", revoked_by=staff)
    TokenSession.objects.update(ended_at=None)  # Not yet recorded.

    page = superuser_client.get(LIST)

    assert cells(page, row.pk) | {"device": ""} == {
        "user_label": str(user),
        "device": "",
        "state": "ended",
        "end_time": localize(cutoff.not_before),
        "end_reason_label": "audit",
        "ender_label": str(staff),
    }


def test_first_revocation_ended_the_session(superuser_client, user):
    row = make_session(user)
    services.revoke_all(user, reason=Reason.PASSWORD_CHANGE)
    services.revoke_everyone(reason=Reason.LEAKED)
    TokenSession.objects.update(ended_at=None)
    page = superuser_client.get(LIST)
    assert cells(page, row.pk)["end_reason_label"] == Reason.PASSWORD_CHANGE.label


def test_cutoff_after_the_expiry_ended_nothing(superuser_client, user):
    row = make_session(user, created_at=now() - timedelta(days=3))
    services.revoke_all(user)
    TokenSession.objects.update(ended_at=None)
    assert cells(superuser_client.get(LIST), row.pk)["state"] == "expired"


def test_newer_login_is_active(superuser_client, user):
    services.revoke_all(user)
    row = make_session(user, created_at=now() + timedelta(seconds=1))
    assert cells(superuser_client.get(LIST), row.pk)["state"] == "active"


@pytest.mark.parametrize(("age", "state"), [(timedelta(0), "ended"), (timedelta(days=1), "active")])
def test_deleted_cutoff_is_shown_by_its_watermark(superuser_client, user, age, state):
    row = make_session(user)
    (key, *_) = row.ref.watermark_keys
    PurgeWatermark.objects.create(key=key, watermark=now() - age)
    assert cells(superuser_client.get(LIST), row.pk)["state"] == state


@pytest.fixture
def single(token):
    """The row of the session that is the token of the user."""
    return record_session(AuthTokenAdapter().identify(token), using="default")


def test_revoked_token_has_ended_its_session(superuser_client, single, token):
    services.revoke(AuthTokenAdapter().identify(token), reason=Reason.LEAKED)
    TokenSession.objects.update(ended_at=None)
    found = cells(superuser_client.get(LIST), single.pk)
    assert (found["state"], found["end_reason_label"]) == ("ended", Reason.LEAKED.label)
    assert found["end_time"] == localize(RevokedToken.objects.get().revoked_at)


def test_kept_token_is_active(superuser_client, single, token):
    services.revoke_all(token.user, keep=AuthTokenAdapter().identify(token))
    assert cells(superuser_client.get(LIST), single.pk)["state"] == "active"
    assert active_sessions(token.user) == [single]


def test_deleted_users_are_shown_by_id(superuser_client):
    row = make_session(user_ref="4711", ended_at=now(), ended_by_id=4712)
    found = cells(superuser_client.get(LIST), row.pk)
    assert (found["user_label"], found["ender_label"]) == ("4711", "4712")


@pytest.mark.parametrize("state", ["active", "expired", "ended"])
def test_sessions_are_filtered_by_state(superuser_client, user, state):
    rows = {
        "active": make_session(user),
        "expired": make_session(user, created_at=now() - timedelta(days=3)),
        "ended": make_session(user, ended_at=now()),
    }
    assert shown(superuser_client.get(LIST, {"state": state})) == [rows[state].pk]


def test_sessions_are_filtered_by_kind_and_reason(superuser_client, user):
    first = make_session(user, ended_at=now(), end_reason="audit")
    second = make_session(user, kind="knox")
    assert shown(superuser_client.get(LIST, {"end_reason": "audit"})) == [first.pk]
    assert shown(superuser_client.get(LIST, {"kind": "knox"})) == [second.pk]


@pytest.mark.parametrize(
    "text",
    ["alic", "alice@example.com", "192.0.2.7", "2001:DB8::7", "user_ref"],
)
def test_session_is_found(superuser_client, text):
    alice = UserFactory(pk=987654, username="alice")  # No other column contains this number.
    address = "2001:db8::7" if ":" in text else "192.0.2.7"
    row = make_session(alice, ip_address=address)
    make_session(UserFactory(username="bob"), ip_address="192.0.2.70")
    text = row.user_ref if text == "user_ref" else text
    assert shown(superuser_client.get(LIST, {"q": text})) == [row.pk]


@pytest.mark.parametrize("write", [str, lambda pk: pk.hex, lambda pk: pk.hex[:8]])
def test_session_is_found_by_its_id_or_its_beginning(superuser_client, user, write):
    row = make_session(user)
    make_session(user)
    assert shown(superuser_client.get(LIST, {"q": write(row.pk)})) == [row.pk]


@pytest.mark.parametrize("session_id", ["device 7", "0194F3C2-7B1E-7A44-9C0D-5E2B8F6A1D30"])
def test_session_is_found_by_an_id_of_another_form(superuser_client, user, session_id):
    row = make_session(user, id=Subject.session(session_id).key, session_id=session_id)
    make_session(user)
    page = superuser_client.get(LIST, {"q": session_id})
    assert shown(page) == [row.pk]
    assert session_id in superuser_client.get(f"{LIST}{row.pk}/change/").text


def test_pasted_token_finds_its_session_and_is_not_in_the_url(superuser_client, single, token):
    page = superuser_client.post(LIST, {"q": f"Token {token.key}"}, follow=True)
    assert page.redirect_chain == [(f"{LIST}?q={single.pk}", 302)]
    assert shown(page) == [single.pk]
    assert token.key not in page.text


@pytest.mark.parametrize(
    "lookup", ["current_key", "previous_key__startswith", "purge_after__gt", "ended_by__password"]
)
def test_hidden_columns_are_no_filters(superuser_client, user, lookup):
    make_session(user)
    assert superuser_client.get(LIST, {lookup: "a"}).status_code == 400


def test_keys_of_tokens_are_on_no_page(superuser_client, user):
    row = make_session(user, previous_key=uuid4())
    pages = [superuser_client.get(LIST), superuser_client.get(f"{LIST}{row.pk}/change/")]
    text = "".join(page.text for page in pages)
    for key in (row.current_key, row.previous_key):
        assert str(key) not in text
        assert key.hex not in text


def test_page_of_a_session_is_read_only(superuser_client, user):
    row = make_session(user, user_agent="Firefox", name="Laptop", ip_address="192.0.2.7")
    path = f"{LIST}{row.pk}/change/"
    page = superuser_client.get(path)
    for text in (str(user), "Firefox", "Laptop", "192.0.2.7", str(row.pk), "active"):
        assert text in page.text
    assert "None" not in page.text
    assert superuser_client.post(path, {"name": "x"}).status_code == 403
    assert superuser_client.get(f"{LIST}add/").status_code == 403
    assert superuser_client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in superuser_client.get(LIST).text


def test_page_of_an_ended_session_shows_its_end(superuser_client, user):
    row = make_session(user, ended_at=now(), end_reason=Reason.LOGOUT, ended_by=user)
    page = superuser_client.get(f"{LIST}{row.pk}/change/").text.partition("Ended at")[2]
    for text in (localize(row.ended_at), Reason.LOGOUT.label, str(user)):
        assert str(text) in page


@pytest.mark.parametrize("row_id", ["0194f3c2-7b1e-7a44-9c0d-5e2b8f6a1d30", "x", "%00"])
def test_missing_session_has_no_page(superuser_client, row_id):
    page = superuser_client.get(f"{LIST}{row_id}/change/", follow=True)
    assert page.redirect_chain == [("/admin/", 302)]


def test_action_revokes_the_selected_sessions(superuser_client, user):
    chosen, other = make_session(user), make_session(user)

    page = revoke(superuser_client, chosen)

    assert "1 session was revoked." in page.text
    assert active_sessions(user) == [other]
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.reason, cutoff.revoked_by) == (Reason.ADMIN, superuser_client.staff)
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.object_repr) == (str(chosen.pk), str(chosen))
    assert cells(page, chosen.pk)["ender_label"] == str(superuser_client.staff)


def test_action_revokes_tokens_without_sessions(superuser_client, single, holder, token):
    AuthTokenFactory()
    page = revoke(superuser_client, single)
    assert "1 session was revoked." in page.text
    assert holder.get("/protected/").status_code == 401
    assert not type(token).objects.filter(pk=token.pk).exists()
    assert active_sessions(token.user) == []


def test_action_does_not_revoke_twice(superuser_client, user):
    row = make_session(user)
    services.revoke_all(user)
    page = revoke(superuser_client, row)
    assert "0 sessions were revoked." in page.text
    assert TokenCutoff.objects.count() == 1
    assert not LogEntry.objects.exists()


def test_action_rejects_too_many_sessions(superuser_client, user, monkeypatch):
    monkeypatch.setattr("token_revocation.sessions.admin.MAX_SELECTED", 1)
    page = revoke(superuser_client, make_session(user), make_session(user))
    assert "Select at most 1 sessions." in page.text
    assert not TokenCutoff.objects.exists()


def test_action_is_atomic(superuser_client, user):
    with failing_database("INSERT INTO", "django_admin_log"):
        page = revoke(superuser_client, make_session(user))
    assert "Revocation is temporarily unavailable." in page.text
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize(
    ("permissions", "status", "can_revoke"),
    [
        ((), 403, False),
        ((REVOKE,), 403, False),
        ((VIEW,), 200, False),
        ((CHANGE,), 200, False),
        ((VIEW, REVOKE), 200, True),
        ((VIEW, "token_revocation.add_tokencutoff"), 200, False),
    ],
)
def test_list_and_action_require_permissions(staff_client, user, permissions, status, can_revoke):
    client, row = staff_client(*permissions), make_session(user)
    page = client.get(LIST)
    assert page.status_code == status
    assert (ACTION in page.text) is can_revoke
    assert client.get(f"{LIST}{row.pk}/change/").status_code == status
    revoke(client, row)
    assert TokenCutoff.objects.exists() is can_revoke


def test_number_of_queries_does_not_depend_on_the_number_of_sessions(superuser_client):
    def count():
        with CaptureQueriesContext(connection) as captured:
            page = superuser_client.get(LIST)
        queries = [q["sql"] for q in captured]
        assert [sql for sql in queries if " JOIN " in sql] == []
        return len(queries), len(shown(page))

    make_session(UserFactory(), user_agent="Firefox 1", ended_at=now())
    make_session(UserFactory(), user_agent="Firefox 2")
    few, _ = count()
    users = [UserFactory() for _ in range(10)]
    for n in range(48):
        ender = {"ended_at": now(), "ended_by_id": users[n % 7].pk} if n % 3 else {}
        make_session(users[n % 10], user_agent=f"Firefox {n}", **ender)

    assert count() == (few, 50)
    make_session()
    with CaptureQueriesContext(connection) as captured:
        assert len(shown(superuser_client.get(LIST))) == 50
    queries = [q["sql"] for q in captured if "token_sessions_tokensession" in q["sql"]]
    assert [sql for sql in queries if " LIMIT " not in sql] == []
    # Session and user of the request, kinds and reasons in recent rows, count, rows, user agents,
    # revoked tokens, cutoffs, and users.
    assert few == 10
