"""The security log says what happened, to whom, and nothing that could be used."""

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
    """The records of what a verb did once it was committed."""
    caplog.set_level(logging.DEBUG, logger="token_revocation")

    def records_of(verb, *args, **kwargs):
        caplog.clear()
        with django_capture_on_commit_callbacks(execute=True):
            verb(*args, **kwargs)
        return [record for record in caplog.records if record.name == "token_revocation"]

    return records_of


@pytest.mark.spec(OWASP, "authn_token_revoked")
def test_a_revoked_token_is_logged_with_its_user_and_its_fingerprint(log, token, user):
    ref = AuthTokenAdapter().identify(token)
    (record,) = log(services.revoke, ref, reason="stolen", revoked_by=user)
    assert record.getMessage() == f"authn_token_revoked:{user.pk},{ref.fingerprint}"
    assert record.levelname == "INFO"
    told = vars(record)
    assert (told["event"], told["user_id"]) == ("authn_token_revoked", str(user.pk))
    assert (told["token_kind"], told["token"]) == ("authtoken", ref.fingerprint)
    assert (told["reason"], told["revoked_by"]) == ("stolen", str(user.pk))


@pytest.mark.spec(OWASP, "authn_token_reuse")
def test_a_revoked_token_that_is_used_is_critical(log, holder, token, user):
    ref = AuthTokenAdapter().identify(token)
    services.revoke_everyone()
    (record,) = log(holder.get, "/protected/")
    assert record.getMessage() == f"authn_token_reuse:{user.pk},{ref.fingerprint}"
    assert record.levelname == "CRITICAL"
    assert vars(record)["user_id"] == str(user.pk)


@pytest.mark.spec(OWASP, "authn_token_reuse")
def test_a_token_whose_row_is_gone_is_told_by_its_fingerprint(log, holder, token):
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref)
    (record,) = log(holder.get, "/protected/")
    assert record.getMessage() == f"authn_token_reuse:,{ref.fingerprint}"


@pytest.mark.spec(OWASP, "session_expired")
def test_a_session_that_ends_is_logged_with_the_reason(log):
    (record,) = log(services.revoke_session, "secret-looking-sid", reason="logout")
    assert record.getMessage() == "session_expired:,logout"
    assert record.session == Subject.session("secret-looking-sid").key.hex[:8]
    assert "secret-looking-sid" not in repr(vars(record))


@pytest.mark.spec(OWASP, "session_expired")
def test_a_session_that_ends_without_a_reason_is_revoked(log):
    (record,) = log(services.revoke_session, "s")
    assert record.getMessage() == "session_expired:,revoked"


@pytest.mark.spec(OWASP, "authn_token_revoked")
@pytest.mark.parametrize(
    ("cut_off", "message"),
    [
        (lambda: services.revoke_client("app"), "authn_token_revoked:app,all"),
        (services.revoke_everyone, "authn_token_revoked:*,all"),
    ],
)
def test_all_tokens_of_a_subject_are_one_record(log, cut_off, message):
    (record,) = log(cut_off)
    assert record.getMessage() == message
    assert record.revoked_by == ""


@pytest.mark.spec(OWASP, "authn_token_revoked")
def test_all_tokens_of_a_user_are_one_record(log, user):
    (record,) = log(services.revoke_all, user)
    assert record.getMessage() == f"authn_token_revoked:{user.pk},all"
    assert record.subject_type == "user"


def test_a_name_cannot_write_a_line_of_its_own(log):
    forged = "7,x\nCRITICAL authn_login_success:admin"
    subjects = (Subject.user(forged),)
    ref = TokenRef(kind="jwt", identifier="1", subjects=subjects, issued_at=timezone.now())
    (record,) = log(services.revoke, ref)
    message = record.getMessage()
    assert "\n" not in message
    assert message.count(",") == 1
    (record,) = log(revoked_token_used.send, sender=None, token=ref, request=None)
    assert "\n" not in record.getMessage()


def test_what_was_rolled_back_is_not_in_the_log(log, rolled_back):
    assert log(rolled_back, services.revoke_everyone) == []
