from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from token_revocation import services
from token_revocation.clock import now
from token_revocation.columns import storable, user_pk
from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

HOUR = timedelta(hours=1)


def stored(**parts):
    token = make_token(**parts)
    services.revoke(token)
    return RevokedToken.objects.get(key=token.key)


def test_no_migration_is_missing(db):
    call_command("makemigrations", "token_revocation", check=True, dry_run=True, verbosity=0)


def test_there_is_one_migration(db):
    out = StringIO()
    call_command("showmigrations", "token_revocation", stdout=out, no_color=True)
    assert out.getvalue().split() == ["token_revocation", "[X]", "0001_initial"]


def test_a_token_is_revoked_once(db):
    row = stored()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_revocation_stays_when_its_user_is_deleted(user):
    row = stored(subjects=(Subject.user(user.pk),))
    pk = user.pk
    assert row.user == user
    user.delete()
    row.refresh_from_db()
    assert (row.user, row.user_ref) == (None, str(pk))


def test_a_cutoff_stays_when_its_user_is_deleted(user):
    cutoff = services.revoke_all(user, revoked_by=user)
    subject = Subject.user(user.pk)
    user.delete()
    cutoff.refresh_from_db()
    assert (cutoff.key, cutoff.subject_id, cutoff.revoked_by) == (subject.key, subject.id, None)


def test_a_user_who_is_gone_already_can_still_be_recorded(db):
    row = stored(subjects=(Subject.user(10_000),))
    assert (row.user_id, row.user_ref) == (10_000, "10000")


@pytest.mark.parametrize(
    "spelled", ["x", "", "1.5", "9" * 30, "9" * 5000, "\x00", "\ud800", "None"]
)
def test_a_user_who_cannot_be_has_no_primary_key(db, spelled):
    row = stored(subjects=(Subject.user(spelled),))
    assert (row.user_id, row.user_ref) == (None, storable(spelled))


def test_the_primary_key_of_a_user_is_read_as_its_type(db):
    assert user_pk("7") == 7


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain", "plain"),
        ("a\x00b", "a\\x00b"),
        ("\ud800", "\\ud800"),
        ("🔒" * 255, "🔒" * 255),
        ("x" * 256, "x" * 254 + "…"),
    ],
)
def test_any_name_can_be_stored(db, name, shown):
    row = stored(identifier=name)
    assert (row.identifier, row.key) == (shown, make_token(identifier=name).key)


def test_names_that_are_cut_to_the_same_are_two_tokens(db):
    one, other = "x" * 256, "x" * 255 + "y"
    assert stored(identifier=one).identifier == stored(identifier=other).identifier
    assert RevokedToken.objects.count() == 2


def test_a_token_is_shown_by_kind_and_fingerprint(db):
    row = stored(kind="jwt", identifier="secret-looking")
    assert str(row) == f"jwt {row.fingerprint}"
    assert row.fingerprint == row.key.hex[:8]


def test_a_cutoff_is_shown_by_its_subject(db):
    assert str(services.revoke_session("s")) == "session s"
    assert str(services.revoke_everyone()) == "everyone"


def test_what_can_be_purged_is_what_expired_before_the_horizon_oldest_first(db):
    moments = [now() + n * HOUR for n in (3, 1, 2, 4)]
    rows = [stored(expires_at=moment) for moment in moments] + [stored(expires_at=None)]
    assert list(RevokedToken.objects.purgeable(moments[3])) == [rows[1], rows[2], rows[0]]


@pytest.mark.trap("T16")
def test_no_unique_column_is_nullable_or_unbounded():
    """NULL is never equal to NULL, and MySQL has no unique index over a text."""
    for model in (RevokedToken, TokenCutoff):
        for field in model._meta.concrete_fields:
            assert not (field.unique and (field.null or isinstance(field, models.TextField)))


@pytest.mark.parametrize("condition", ["key", "expires_at__lt"])
def test_both_questions_are_answered_by_an_index(db, condition):
    if connection.vendor != "sqlite":
        pytest.skip("Small tables are read whole by servers.")
    for model in (RevokedToken, TokenCutoff):
        value = Subject.user(1).key if condition == "key" else now()
        plan = model.objects.filter(**{condition: value}).explain()
        assert "USING INDEX" in plan or "USING COVERING INDEX" in plan, plan


def test_deleting_a_user_who_has_revoked_takes_nothing_with_them(user):
    services.revoke(make_token(), revoked_by=user)
    services.revoke_everyone(revoked_by=user)
    _, deleted = User.objects.filter(pk=user.pk).delete()
    assert deleted == {"auth.User": 1}
    assert RevokedToken.objects.get().revoked_by is None
    assert not TokenCutoff.objects.exclude(revoked_by=None).exists()


def test_bookkeeping_says_how_far_it_has_come():
    assert str(Bookkeeping(revision=3)) == "revision 3"


@pytest.mark.trap("T20")
def test_no_default_was_evaluated_when_it_was_imported():
    defaults = [f.default for m in (RevokedToken, TokenCutoff) for f in m._meta.concrete_fields]
    assert not [default for default in defaults if isinstance(default, datetime)]
    with time_machine.travel(datetime(2040, 1, 1, tzinfo=UTC), tick=False):
        assert RevokedToken().revoked_at == datetime(2040, 1, 1, tzinfo=UTC)
