"""Ends of sessions in their rows, recorded after a revocation."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from tests.factories import AuthTokenFactory, UserFactory
from tests.queries import capture_queries
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.clock import database_now, now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions._ends import find_ends
from token_revocation.sessions._records import record_session
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions, end_sessions
from token_revocation.sessions.signals import session_ended
from token_revocation.tokens import Subject, TokenRef

pytestmark = pytest.mark.django_db(transaction=True)


def make_ref(user, session_id=None, **options):
    session = Subject.session(session_id or str(uuid4()))
    return TokenRef(
        kind="simplejwt",
        identifier=uuid4().hex,
        issuer="",
        subjects=(Subject.user(user.pk), session),
        issued_at=database_now("default"),
        expires_at=now() + timedelta(days=1),
        **options,
    )


def record(ref):
    return record_session(ref, using="default")


def stored(row):
    return TokenSession.objects.get(pk=row.pk)


@pytest.mark.parametrize("session_id", [None, "device 7", "x" * 300, "nul\x00"])
def test_end_of_a_session_is_recorded(user, session_id):
    admin, ref, other = UserFactory(), make_ref(user, session_id), make_ref(user)
    row, other_row = record(ref), record(other)
    services.log_out(ref, reason=Reason.LOGOUT, revoked_by=admin)
    cutoff = TokenCutoff.objects.get()
    row = stored(row)
    assert (row.ended_at, row.purge_after) == (cutoff.not_before, cutoff.not_before)
    assert (row.end_reason, row.ended_by) == (Reason.LOGOUT, admin)
    assert stored(other_row).ended_at is None


def test_end_of_all_sessions_keeps_the_current_one(user):
    keep, other_user = make_ref(user), UserFactory()
    rows = [record(each) for each in (keep, make_ref(user), make_ref(other_user))]
    services.revoke_all(user, keep=keep, reason=Reason.LOGOUT_ALL)
    assert [stored(row).end_reason for row in rows] == ["", Reason.LOGOUT_ALL, ""]
    assert [row.pk for row in active_sessions(user)] == [rows[0].pk]


def test_cutoff_keeps_an_opaque_token(user):
    adapter = AuthTokenAdapter()
    ref = adapter.identify(AuthTokenFactory(user=user))
    row = record(ref)
    services.revoke_all(user, keep=ref)
    assert stored(row).ended_at is None
    services.revoke_all(user)
    assert stored(row).ended_at is not None


def test_many_sessions_end_in_batches(user, monkeypatch):
    monkeypatch.setattr("token_revocation.sessions._end_records.iterate_batches.__defaults__", (2,))
    rows = [record(make_ref(user)) for _ in range(5)]
    services.revoke_all(user)
    assert all(stored(row).ended_at for row in rows)


def test_end_of_a_revoked_opaque_token_is_recorded(user):
    ref = AuthTokenAdapter().identify(AuthTokenFactory(user=user))
    row = record(ref)
    services.revoke(ref, reason=Reason.ADMIN)
    row = stored(row)
    assert (row.ended_at, row.end_reason) == (RevokedToken.objects.get().revoked_at, Reason.ADMIN)


def test_token_that_other_code_deletes_ends_its_session(user, token):
    row = record(AuthTokenAdapter().identify(token))
    token.delete()
    assert stored(row).end_reason == Reason.DELETED


def test_revoked_access_token_does_not_end_its_session(user):
    session_id = str(uuid4())
    row = record(make_ref(user, session_id))
    services.revoke(make_ref(user, session_id))
    assert stored(row).ended_at is None


def test_revoked_refresh_token_ends_its_session(user):
    ref = make_ref(user)
    row = record(ref)
    services.revoke(ref, reason=Reason.LEAKED)
    assert stored(row).end_reason == Reason.LEAKED


def test_rotated_token_does_not_end_its_session(user):
    ref = make_ref(user, is_refresh_token=True)
    row = record(ref)
    assert services.rotate(ref, make_ref(user, ref.subject("session").id)) is not None
    assert stored(row).ended_at is None


def test_session_of_stored_tokens_ends_with_any_of_them(user, settings):
    pytest.importorskip("oauth2_provider")
    from tests.sessions.test_endpoints_of_kinds import ADAPTERS, log_in_with_oauth

    settings.TOKEN_REVOCATION = {"ADAPTERS": [ADAPTERS["oauth2_provider"]]}
    ref = services.resolve(log_in_with_oauth(user))
    row = record(ref)
    TokenSession.objects.update(current_key=None)  # As at a first use.
    services.record_deletion(ref, reason=Reason.DELETED)  # As at a refresh.
    assert stored(row).ended_at is None
    RevokedToken.objects.all().delete()
    services.revoke(ref, reason=Reason.ADMIN)
    assert stored(row).end_reason == Reason.ADMIN


@pytest.mark.parametrize(
    "revoke", [services.revoke_everyone, lambda: services.revoke_client("app")]
)
def test_cutoff_of_many_users_updates_no_row(user, revoke):
    row = record(make_ref(user))
    revoke()
    assert stored(row).ended_at is None


def test_expired_session_was_not_ended(user):
    row = record(make_ref(user))
    TokenSession.objects.update(expires_at=now() - timedelta(seconds=1))
    services.revoke_all(user)
    assert stored(row).ended_at is None


def test_signal_is_sent_once_with_the_row(user):
    ref = make_ref(user)
    row = record(ref)
    with capture_signals(session_ended) as ended:
        services.log_out(ref, reason=Reason.LOGOUT)
        services.revoke_all(user)
    (signal,) = ended
    assert (signal["session"], signal["session"].end_reason) == (row, Reason.LOGOUT)
    assert signal["using"] == "default"


def test_restored_session_is_open_again(user):
    ref = make_ref(user)
    row = record(ref)
    services.log_out(ref)
    services.restore(TokenCutoff.objects.get())
    row = stored(row)
    assert (row.ended_at, row.end_reason, row.purge_after) == (None, "", row.expires_at)


def test_restored_session_stays_ended_by_another_revocation(user):
    ref = make_ref(user)
    row = record(ref)
    services.log_out(ref, reason=Reason.LOGOUT)
    services.revoke_all(user, reason=Reason.ADMIN)
    first, second = TokenCutoff.objects.order_by("pk")
    services.restore(first)
    assert (stored(row).ended_at, stored(row).end_reason) == (second.not_before, Reason.ADMIN)


def test_restored_refresh_token_opens_its_session(user, settings):
    pytest.importorskip("rest_framework_simplejwt")
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]
    }
    ref = make_ref(user)
    row = record(ref)
    services.revoke(ref)
    services.restore(RevokedToken.objects.get())
    assert stored(row).ended_at is None


def test_deleted_token_is_not_restored_with_its_revocation(user, token):
    ref = AuthTokenAdapter().identify(token)
    row = record(ref)
    services.revoke(ref)
    services.restore(RevokedToken.objects.get())
    assert stored(row).ended_at is not None


@pytest.mark.parametrize("message", ["server closed", "no such table: token_sessions"])
def test_failing_database_does_not_fail_the_revocation(user, message):
    ref = make_ref(user)
    record(ref)

    def fail(execute, sql, params, many, context):
        if "token_sessions" in sql:
            raise OperationalError(message)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        assert services.log_out(ref)
    assert active_sessions(user) == []


def test_ends_of_many_sessions_are_recorded_together(user):
    rows = [record(make_ref(user)) for _ in range(20)]
    opaque = AuthTokenFactory(user=user)
    rows.append(record(AuthTokenAdapter().identify(opaque)))
    with capture_signals(session_ended) as sent:
        queries = capture_queries(lambda: end_sessions(rows, reason=Reason.ADMIN))
    assert not TokenSession.objects.filter(ended_at=None).exists()
    assert {stored(row).end_reason for row in rows} == {Reason.ADMIN}
    assert {call["session"].pk for call in sent} == {row.pk for row in rows}
    assert len([sql for sql in queries if "token_sessions_tokensession" in sql]) < 10


def test_sessions_ended_after_others_are_recorded(user):
    ref, other = make_ref(user), make_ref(user)
    row, other_row = record(ref), record(other)
    end_sessions([row])
    revocation = TokenCutoff.objects.get()
    services.restore(revocation)
    services.log_out(ref)
    services.log_out(other)
    assert stored(row).ended_at
    assert stored(other_row).ended_at


def test_session_of_a_refresh_token_revoked_by_its_identifier_is_not_active(user):
    ref, other = make_ref(user), record(make_ref(user))
    row = record(ref)
    services.revoke_identifiers("simplejwt", [ref.identifier], issuer="", reason="leaked")
    assert active_sessions(user) == [other]
    assert {pk: end.reason for pk, end in find_ends([row, other]).items()} == {row.pk: "leaked"}
