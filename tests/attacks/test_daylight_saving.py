"""Times are exact in the hour that the end of daylight saving time repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.models import Max
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.authentication.requests import request_with
from token_revocation import services
from token_revocation.clock import native
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.fields import UTCDateTimeField
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token

# On the third of November 2030 New York has the hour from one to two twice.
NEW_YORK = "America/New_York"
FIRST = datetime(2030, 11, 3, 5, 30, tzinfo=UTC)
SECOND = FIRST + timedelta(hours=1)
BETWEEN = FIRST + timedelta(minutes=20)
HALF_PAST_TWO_IN_SPRING = datetime(2030, 3, 10, 2, 30, tzinfo=UTC)

FIELDS = [
    (model, field)
    for model in apps.get_models()
    if model.__module__.startswith("token_revocation.")
    for field in model._meta.concrete_fields
    if isinstance(field, UTCDateTimeField)
]


def forget_time_zone():
    for name in ("timezone", "timezone_name"):
        vars(connections["default"]).pop(name, None)
    connection.close()


@pytest.fixture(params=["aware", "naive", "local database"], autouse=True)
def project(request, settings, transactional_db, monkeypatch):
    """A project in New York, with each setting of time zone support."""
    settings.TIME_ZONE = NEW_YORK
    settings.USE_TZ = request.param != "naive"
    if request.param == "local database":
        monkeypatch.setitem(connection.settings_dict, "TIME_ZONE", NEW_YORK)
    forget_time_zone()
    yield request.param
    monkeypatch.undo()
    forget_time_zone()


@pytest.mark.parametrize("time", [FIRST, SECOND, HALF_PAST_TWO_IN_SPRING])
def test_stored_times_are_read_back_unchanged(time):
    services.revoke_everyone()
    rows = TokenCutoff.objects
    rows.update(not_before=time, expires_at=time, revoked_at=time)
    row = rows.get()
    times = [row.not_before, row.expires_at, row.revoked_at]
    times += [rows.aggregate(latest=Max("not_before"))["latest"]]
    times += rows.values_list("not_before", flat=True)
    assert {each.astimezone(UTC) for each in times} == {time}
    assert rows.filter(not_before=time).exists()
    assert not rows.filter(not_before__lt=time).exists()


@pytest.mark.parametrize(("model", "field"), FIELDS, ids=str)
def test_every_time_is_stored_in_utc(model, field):
    if not connection.features.supports_timezones:
        stored = field.get_db_prep_value(SECOND, connection)
        assert str(stored) == "2030-11-03 06:30:00"
    assert type(field) is UTCDateTimeField


def test_no_model_has_another_field_for_times():
    others = [
        field
        for model in apps.get_models()
        if model.__module__.startswith("token_revocation.")
        for field in model._meta.concrete_fields
        if field.get_internal_type() == "DateTimeField" and not isinstance(field, UTCDateTimeField)
    ]
    assert others == []


def test_a_cutoff_in_the_first_hour_does_not_revoke_tokens_of_the_second():
    services.revoke_everyone()
    TokenCutoff.objects.update(not_before=BETWEEN)
    assert services.is_revoked(make_token(issued_at=FIRST))
    assert not services.is_revoked(make_token(issued_at=SECOND))


def test_the_later_of_two_expiries_is_kept():
    token = make_token(expires_at=FIRST)
    services.revoke(token)
    services.revoke(make_token(identifier=token.identifier, expires_at=SECOND))
    assert RevokedToken.objects.get().expires_at.astimezone(UTC) == SECOND


def test_a_token_stored_in_local_time_is_never_dated_too_late(user):
    # Django stores no offset, and PostgreSQL takes the later of the two times.
    token = Token.objects.create(user=user)
    Token.objects.update(created=native(FIRST))
    services.revoke_everyone()
    TokenCutoff.objects.update(not_before=BETWEEN)
    with pytest.raises(AuthenticationFailed):
        RevocableTokenAuthentication().authenticate(request_with(f"Token {token.key}"))


def test_a_token_issued_after_a_cutoff_is_accepted(user):
    services.revoke_all(user)
    token = services.issue(user)
    authenticate = RevocableTokenAuthentication().authenticate
    assert authenticate(request_with(f"Token {token.raw}"))[0] == user
    services.revoke_all(user)
    with pytest.raises(AuthenticationFailed):
        authenticate(request_with(f"Token {token.raw}"))


def test_the_project_has_the_time_zone_of_the_test(project):
    assert timezone.get_default_timezone_name() == NEW_YORK
    expected = NEW_YORK if project != "aware" else "UTC"
    assert connection.timezone_name == expected
