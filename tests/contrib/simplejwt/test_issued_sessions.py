"""Sessions that a login by JWT records, also if the project changes the token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from tests.separate_database import REVOCATION_DATABASE, RevocationRouter, separate_tables
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.contrib.simplejwt._claims import RECORDED_CLAIM
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    SessionToken,
)
from token_revocation.sessions.models import TokenSession
from token_revocation.signals import token_issued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rotating")]


def verify(raw):
    return APIClient().post("/api/token/verify/", {"token": raw})


def row_of(raw):
    return TokenSession.objects.get(pk=services.resolve(raw).subject("session").id)


def test_rejection_by_a_receiver_rejects_the_login(user):
    def reject(**kwargs):
        raise PermissionDenied

    token_issued.connect(reject)
    try:
        with pytest.raises(PermissionDenied):
            RevocableRefreshToken.for_user(user)
    finally:
        token_issued.disconnect(reject)
    assert not TokenSession.objects.exists()


class CustomRefreshToken(RefreshToken, SessionToken):
    access_token_class = RevocableAccessToken


def change_nothing(token):
    pass


CHANGES = {
    "longer": lambda token: token.set_exp(lifetime=timedelta(days=90)),
    "shorter": lambda token: token.set_exp(lifetime=timedelta(hours=1)),
    "identifier": lambda token: token.set_jti(),
    "claims": lambda token: token.payload.update(role="editor"),
    "session": lambda token: token.payload.update(sid="device 7"),
    "nothing": change_nothing,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("token_class", [RevocableRefreshToken, CustomRefreshToken])
def test_row_fits_a_token_that_the_project_has_changed(user, token_class, change):
    token = token_class.for_user(user)
    change(token)
    raw = str(token)
    ref, row = services.resolve(raw), TokenSession.objects.get()
    assert (row.current_key, row.expires_at) == (ref.key, ref.expires_at)
    assert row.ref.subject("session") == ref.subject("session")
    newer = parse_pair(refresh(raw)).refresh
    assert response_code(refresh(raw)) == REVOKED
    assert refresh(newer).status_code == 401


def test_login_continues_a_session_of_the_same_name(user):
    first, second = (RevocableRefreshToken.for_user(user) for _ in range(2))
    first["sid"] = second["sid"] = "device 7"
    raws = str(first), str(second)
    assert TokenSession.objects.get().current_key == services.resolve(raws[1]).key
    assert refresh(raws[1]).status_code == 200


def test_token_without_an_identifier_is_not_marked(user, revocation):
    revocation(ALLOW_MISSING_JTI=True)
    token = RevocableRefreshToken.for_user(user)
    token["jti"] = ""
    raw = str(token)
    assert refresh(raw).status_code == 200
    assert response_code(refresh(raw)) == REVOKED


def test_access_token_alone_is_a_session(user):
    raw = str(RevocableAccessToken.for_user(user))
    assert row_of(raw).current_key == services.resolve(raw).key
    assert RECORDED_CLAIM not in AccessToken(raw)
    assert [status_of(raw), verify(raw).status_code] == [200, 200]


def test_row_names_the_primary_key_of_the_user(user, simple_jwt):
    simple_jwt(USER_ID_FIELD="username", ROTATE_REFRESH_TOKENS=True)
    raw = str(RevocableRefreshToken.for_user(user))
    assert row_of(parse_pair(refresh(raw)).refresh).user_ref == str(user.pk)


@pytest.mark.django_db(databases=["default", REVOCATION_DATABASE])
def test_rows_are_in_the_database_of_the_revocations(user, settings):
    settings.DATABASE_ROUTERS = [f"{RevocationRouter.__module__}.RevocationRouter"]
    with separate_tables():
        raw = str(RevocableRefreshToken.for_user(user))
        newer = parse_pair(refresh(raw)).refresh
        assert row_of(newer).rotated_at
        assert response_code(refresh(raw)) == REVOKED
    assert TokenSession.objects.using(REVOCATION_DATABASE).count() == 1


def test_row_fits_a_token_whose_session_has_an_absolute_end(user, revocation):
    revocation(SESSION_LIFETIME=timedelta(hours=2))
    raw = str(RevocableRefreshToken.for_user(user))
    assert row_of(raw).expires_at == services.resolve(raw).expires_at
    newer = parse_pair(refresh(raw)).refresh
    assert row_of(raw).expires_at == services.resolve(newer).expires_at
    assert RefreshToken(newer)["exp"] == RefreshToken(raw)["exp"]


def test_token_without_an_identifier_begins_no_session(user, simple_jwt):
    simple_jwt(JTI_CLAIM=None)
    with capture_signals(token_issued) as issued:
        RevocableRefreshToken.for_user(user)
    assert issued == []
    assert not TokenSession.objects.exists()
