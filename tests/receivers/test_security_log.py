"""Security log: events, users and fingerprints, and no raw tokens."""

from __future__ import annotations

import logging

import pytest
from django.utils import timezone

from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.signals import revoked_token_used
from token_revocation.tokens import Subject, TokenRef

OWASP = "OWASP Logging Vocabulary"


@pytest.fixture
def log(db, caplog, django_capture_on_commit_callbacks):
    """Return the log records of a call after its commit."""
    caplog.set_level(logging.DEBUG, logger="token_revocation")

    def records_of(call, *args, **kwargs):
        caplog.clear()
        with django_capture_on_commit_callbacks(execute=True):
            call(*args, **kwargs)
        return [record for record in caplog.records if record.name == "token_revocation"]

    return records_of


@pytest.mark.spec(OWASP, "authn_token_revoked")
def test_revoked_token_is_logged_with_user_and_fingerprint(log, token, user):
    ref = AuthTokenAdapter().identify(token)
    (record,) = log(services.revoke, ref, reason="stolen", revoked_by=user)
    assert record.getMessage() == f"authn_token_revoked:{user.pk},{ref.fingerprint}"
    assert record.levelname == "INFO"
    extra = vars(record)
    assert (extra["event"], extra["user_id"]) == ("authn_token_revoked", str(user.pk))
    assert (extra["token_kind"], extra["token"]) == ("authtoken", ref.fingerprint)
    assert (extra["reason"], extra["revoked_by"]) == ("stolen", str(user.pk))


@pytest.mark.spec(OWASP, "authn_token_reuse")
def test_use_of_a_revoked_token_is_critical(log, holder, token, user):
    ref = AuthTokenAdapter().identify(token)
    services.revoke_everyone()
    (record,) = log(holder.get, "/protected/")
    assert record.getMessage() == f"authn_token_reuse:{user.pk},{ref.fingerprint}"
    assert record.levelname == "CRITICAL"
    assert vars(record)["user_id"] == str(user.pk)


@pytest.mark.spec(OWASP, "authn_token_reuse")
def test_deleted_token_is_logged_with_its_fingerprint(log, holder, token):
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref)
    (record,) = log(holder.get, "/protected/")
    assert record.getMessage() == f"authn_token_reuse:,{ref.fingerprint}"


@pytest.mark.spec(OWASP, "session_expired")
def test_revoked_session_is_logged_with_the_reason(log):
    (record,) = log(services.revoke_session, "secret-looking-sid", reason="logout")
    assert record.getMessage() == "session_expired:,logout"
    assert record.session == Subject.session("secret-looking-sid").key.hex[:8]
    assert "secret-looking-sid" not in repr(vars(record))


@pytest.mark.spec(OWASP, "session_expired")
def test_revoked_session_without_a_reason_is_logged_as_revoked(log):
    (record,) = log(services.revoke_session, "s")
    assert record.getMessage() == "session_expired:,revoked"


@pytest.mark.spec(OWASP, "authn_token_revoked")
@pytest.mark.parametrize(
    ("revoke_subject", "message"),
    [
        (lambda: services.revoke_client("app"), "authn_token_revoked:app,all"),
        (services.revoke_everyone, "authn_token_revoked:*,all"),
    ],
)
def test_revoking_all_tokens_of_a_subject_is_one_record(log, revoke_subject, message):
    (record,) = log(revoke_subject)
    assert record.getMessage() == message
    assert record.revoked_by == ""


@pytest.mark.spec(OWASP, "authn_token_revoked")
def test_revoking_all_tokens_of_a_user_is_one_record(log, user):
    (record,) = log(services.revoke_all, user)
    assert record.getMessage() == f"authn_token_revoked:{user.pk},all"
    assert record.subject_type == "user"


def test_user_id_cannot_forge_log_lines(log):
    forged = "7,x\nCRITICAL authn_login_success:admin"
    subjects = (Subject.user(forged),)
    ref = TokenRef(kind="jwt", identifier="1", subjects=subjects, issued_at=timezone.now())
    (record,) = log(services.revoke, ref)
    message = record.getMessage()
    assert "\n" not in message
    assert message.count(",") == 1
    (record,) = log(revoked_token_used.send, sender=None, token=ref, request=None)
    assert "\n" not in record.getMessage()


def test_rolled_back_revocation_is_not_logged(log, rolled_back):
    assert log(rolled_back, services.revoke_everyone) == []
