from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import AddField, AddIndex
from django.db.migrations.loader import MigrationLoader

from token_revocation import services
from token_revocation._rows import make_storable, user_pk
from token_revocation.clock import now
from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

HOUR = timedelta(hours=1)


def revoked_row(**fields):
    token = make_token(**fields)
    services.revoke(token)
    return RevokedToken.objects.get(key=token.key)


def test_migrations_are_complete(db):
    call_command("makemigrations", "token_revocation", check=True, dry_run=True, verbosity=0)


def test_later_migrations_only_add_indices_and_columns_that_may_be_null(db):
    """They are added without rewriting a big table."""
    loader = MigrationLoader(connection)
    migrations = [m for (app, _), m in loader.disk_migrations.items() if app == "token_revocation"]
    later = [m for m in migrations if m.name != "0001_initial"]
    operations = [operation for migration in later for operation in migration.operations]
    assert operations
    columns = [each for each in operations if not isinstance(each, AddIndex)]
    assert all(isinstance(each, AddField) and each.field.null for each in columns)


def test_a_token_is_revoked_once(db):
    row = revoked_row()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_revocation_is_kept_when_its_user_is_deleted(user):
    row = revoked_row(subjects=(Subject.user(user.pk),))
    pk = user.pk
    assert row.user == user
    user.delete()
    row.refresh_from_db()
    assert (row.user, row.user_ref) == (None, str(pk))


def test_a_cutoff_is_kept_when_its_user_is_deleted(user):
    cutoff = services.revoke_all(user, revoked_by=user)
    subject = Subject.user(user.pk)
    user.delete()
    cutoff.refresh_from_db()
    assert (cutoff.key, cutoff.subject_id, cutoff.revoked_by) == (subject.key, subject.id, None)


def test_the_id_of_a_deleted_user_is_stored(db):
    row = revoked_row(subjects=(Subject.user(10_000),))
    assert (row.user_id, row.user_ref) == (10_000, "10000")


@pytest.mark.parametrize(
    "user_ref", ["x", "", "1.5", "9" * 30, "9" * 5000, "\x00", "\ud800", "None"]
)
def test_an_invalid_user_id_is_stored_as_text_only(db, user_ref):
    row = revoked_row(subjects=(Subject.user(user_ref),))
    assert (row.user_id, row.user_ref) == (None, make_storable(user_ref))


def test_a_primary_key_is_converted_to_its_type(db):
    assert user_pk("7") == 7


@pytest.mark.parametrize(
    ("identifier", "stored"),
    [
        ("plain", "plain"),
        ("a\x00b", "a\\x00b"),
        ("\ud800", "\\ud800"),
        ("🔒" * 255, "🔒" * 255),
        ("x" * 256, "x" * 254 + "…"),
    ],
)
def test_any_identifier_can_be_stored(db, identifier, stored):
    row = revoked_row(identifier=identifier)
    assert (row.identifier, row.key) == (stored, make_token(identifier=identifier).key)


def test_identifiers_truncated_to_the_same_text_are_two_tokens(db):
    one, other = "x" * 256, "x" * 255 + "y"
    assert revoked_row(identifier=one).identifier == revoked_row(identifier=other).identifier
    assert RevokedToken.objects.count() == 2


def test_str_of_a_revoked_token_is_kind_and_fingerprint(db):
    row = revoked_row(kind="jwt", identifier="secret-looking")
    assert str(row) == f"jwt {row.fingerprint}"
    assert row.fingerprint == row.key.hex[:8]


def test_str_of_a_cutoff_is_its_subject(db):
    assert str(services.revoke_session("s")) == "session s"
    assert str(services.revoke_everyone()) == "everyone"


def test_purgeable_rows_expired_before_the_given_time_oldest_first(db):
    times = [now() + n * HOUR for n in (3, 1, 2, 4)]
    rows = [revoked_row(expires_at=time) for time in times] + [revoked_row(expires_at=None)]
    assert list(RevokedToken.objects.purgeable(times[3])) == [rows[1], rows[2], rows[0]]


@pytest.mark.trap("T16")
def test_no_unique_column_is_nullable_or_unbounded():
    # NULL is never equal to NULL, and MySQL cannot index a whole text column.
    for model in (RevokedToken, TokenCutoff):
        for field in model._meta.concrete_fields:
            assert not (field.unique and (field.null or isinstance(field, models.TextField)))


@pytest.mark.parametrize("condition", ["key", "expires_at__lt"])
def test_both_lookups_use_an_index(db, condition):
    if connection.vendor != "sqlite":
        pytest.skip("Database servers scan small tables.")
    for model in (RevokedToken, TokenCutoff):
        value = Subject.user(1).key if condition == "key" else now()
        plan = model.objects.filter(**{condition: value}).explain()
        assert "USING INDEX" in plan or "USING COVERING INDEX" in plan, plan


def test_deleting_the_user_who_revoked_deletes_no_revocation(user):
    services.revoke(make_token(), revoked_by=user)
    services.revoke_everyone(revoked_by=user)
    _, deleted = User.objects.filter(pk=user.pk).delete()
    assert deleted == {"auth.User": 1}
    assert RevokedToken.objects.get().revoked_by is None
    assert not TokenCutoff.objects.exclude(revoked_by=None).exists()


def test_str_of_the_revocation_state_is_its_revision():
    assert str(RevocationState(revision=3)) == "revision 3"


@pytest.mark.trap("T20")
def test_defaults_are_evaluated_for_each_row():
    defaults = [f.default for m in (RevokedToken, TokenCutoff) for f in m._meta.concrete_fields]
    assert not [default for default in defaults if isinstance(default, datetime)]
    with time_machine.travel(datetime(2040, 1, 1, tzinfo=UTC), tick=False):
        assert RevokedToken().revoked_at == datetime(2040, 1, 1, tzinfo=UTC)


def test_cutoff_of_a_fixture_without_a_user_gets_that_of_its_subject(user):
    cutoff = services.revoke_all(user)
    cutoff.user = None
    cutoff.save_base(raw=True)
    assert TokenCutoff.objects.get().user == user
