from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection
from django.urls import resolve
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken, clear_expired
from oauth2_provider.models import Grant as Code

from tests.contrib.oauth2_provider.asking import ask, form
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.hearing import hearing
from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.signals import revoked_token_used, token_revoked

adapter = OAuth2ProviderAdapter()

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.fixture
def used():
    """The revoked tokens that somebody presented."""
    with hearing(revoked_token_used, name="token") as told:
        yield told


def stock(client, raw):
    return client.get("/stock/", headers={"Authorization": f"Bearer {raw}"})


def introspect(client, log_in, raw):
    data = form(log_in().application, SECRET, token=raw)
    return client.post("/o/introspect/", **data)


def test_a_request_costs_two_queries(client, log_in, django_assert_num_queries):
    grant = log_in()
    with django_assert_num_queries(2):
        assert ask(client, grant.access).status_code == 200


def test_the_class_of_the_package_refuses_too_with_our_validator(client, log_in, user):
    grant = log_in()
    assert stock(client, grant.access).status_code == 200
    services.revoke_all(user)
    assert stock(client, grant.access).status_code == 401


def test_the_challenge_names_the_error_once(client, log_in):
    grant = log_in()
    services.revoke(services.read(grant.access))
    assert ask(client, grant.access)["WWW-Authenticate"].count("error=") == 1


def test_a_token_of_nobody_is_accepted_and_can_be_ended(client, make_access_token):
    make_access_token("for-a-client", of=None)
    headers = {"Authorization": "Bearer for-a-client"}
    assert client.get("/nobody/", headers=headers).status_code == 200
    services.revoke(services.read("for-a-client"))
    assert client.get("/nobody/", headers=headers).status_code == 401


def test_introspection_says_what_a_request_is_told(client, log_in, user):
    grant = log_in()
    assert introspect(client, log_in, grant.access).json()["active"] is True
    services.revoke_all(user)
    assert introspect(client, log_in, grant.access).json() == {"active": False}
    assert introspect(client, log_in, "garbage").json() == {"active": False}


def test_introspection_of_a_token_of_an_inactive_user_says_no(client, log_in, user, settings):
    grant = log_in()
    type(user).objects.update(is_active=False)
    view = resolve("/o/introspect/").func.view_class
    assert b'"active": false' in view.get_token_response(grant.access).content


def test_introspection_says_when_nobody_can_answer(log_in):
    grant = log_in()
    view = resolve("/o/introspect/").func.view_class
    with connection.execute_wrapper(failing):
        answer = view.get_token_response(grant.access)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_refresh_where_nobody_can_answer_is_answered_with_503(log_in, refresh):
    grant = log_in()
    with connection.execute_wrapper(failing):
        answer = refresh(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert refresh(grant).status_code == 200


def failing(execute, sql, *args):
    if "token_revocation_revokedtoken" in sql:
        raise OperationalError("gone away")
    return execute(sql, *args)


def test_an_inactive_user_cannot_refresh(log_in, refresh, user):
    grant = log_in()
    type(user).objects.update(is_active=False)
    assert refresh(grant).json()["error"] == "invalid_grant"


def test_a_refresh_does_not_make_a_token_younger_than_its_login(log_in, refresh, client, user):
    """So that a refresh which was under way while the user was cut off comes to nothing."""
    grant = log_in()
    began = services.read(grant.refresh).issued_at
    made = refresh(grant).json()
    for name in ("access_token", "refresh_token"):
        assert services.read(made[name]).issued_at == began


def test_a_token_that_a_refresh_replaced_leaves_no_row(log_in, refresh):
    refresh(log_in())
    assert not RevokedToken.objects.exists()


def test_a_refresh_token_revoked_while_it_is_being_used_leads_to_nothing(log_in, refresh):
    grant = log_in()
    waiting = [services.read(grant.refresh)]

    def revoking(execute, sql, *args):
        # The validator has accepted it, and takes the next step.
        if sql.startswith("SAVEPOINT") and waiting:
            services.revoke(waiting.pop())
        return execute(sql, *args)

    with connection.execute_wrapper(revoking):
        answer = refresh(grant)
    assert answer.status_code == 400
    assert "invalid_grant" in answer.text
    assert not AccessToken.objects.exists()


def test_reuse_ends_the_session_where_the_package_is_told_to(oauth, log_in, refresh, client, used):
    oauth(REFRESH_TOKEN_REUSE_PROTECTION=True)
    grant = log_in()
    made = refresh(grant).json()
    assert refresh(grant).status_code == refresh(grant).status_code == 400
    assert ask(client, made["access_token"]).status_code == 401
    assert TokenCutoff.objects.get().reason == Reason.REUSED
    assert services.read(grant.refresh) in used


def test_garbage_is_no_refresh_token(log_in, refresh, used):
    assert refresh(log_in()._replace(refresh="garbage")).status_code == 400
    assert used == []


@pytest.fixture
def code(log_in, user):
    application = log_in().application
    application.authorization_grant_type = "authorization-code"
    application.save()
    return Code.objects.create(
        user=user,
        code="the-code",
        application=application,
        expires=timezone.now() + timedelta(minutes=1),
        redirect_uri="https://example.com/",
        scope="read",
    )


def exchange(client, code):
    data = {
        "grant_type": "authorization_code",
        "code": code.code,
        "redirect_uri": code.redirect_uri,
    }
    return client.post("/o/token/", **form(code.application, SECRET, **data))


def test_a_code_is_exchanged_for_tokens_as_old_as_itself(client, oauth, code):
    oauth(PKCE_REQUIRED=False)
    tokens = exchange(client, code).json()
    assert services.read(tokens["access_token"]).issued_at == code.created


def test_a_code_from_before_a_cutoff_is_refused(client, oauth, code, user):
    oauth(PKCE_REQUIRED=False)
    services.revoke_all(user)
    assert exchange(client, code).json()["error"] == "invalid_grant"


def test_a_code_where_nobody_can_answer_is_answered_with_503(client, oauth, code):
    oauth(PKCE_REQUIRED=False)
    with connection.execute_wrapper(failing):
        assert exchange(client, code).status_code == 503


@pytest.mark.parametrize("half", ["access", "refresh"])
def test_the_endpoint_of_the_package_feeds_our_record(
    client, log_in, half, django_capture_on_commit_callbacks
):
    grant = log_in()
    wanted = {services.read(grant.access).key, services.read(grant.refresh).key}
    told = hearing(token_revoked, name="token")
    with told as tokens, django_capture_on_commit_callbacks(execute=True):
        raw = getattr(grant, half)
        client.post("/o/revoke_token/", **form(grant.application, SECRET, token=raw))
    assert (
        {token.key for token in tokens}
        == wanted
        == set(RevokedToken.objects.values_list("key", flat=True))
    )
    assert ask(client, grant.access).data["code"] == "token_revoked"


def test_the_page_of_the_package_feeds_our_record(client, log_in, user):
    grant = log_in()
    client.force_login(user)
    client.post(f"/o/authorized_tokens/{AccessToken.objects.get().pk}/delete/")
    assert RevokedToken.objects.count() == 2
    assert ask(client, grant.access).data["code"] == "token_revoked"


def test_cleaning_up_records_nothing(oauth, log_in, refresh):
    refresh(log_in())
    clear_expired()
    assert RefreshToken.objects.count() == 1
    assert not RevokedToken.objects.exists()


def test_a_refresh_token_of_a_kind_that_is_not_in_use_is_not_recorded(log_in, settings):
    log_in()
    settings.TOKEN_REVOCATION = {}
    RefreshToken.objects.get().revoke()
    assert not RevokedToken.objects.exists()


def test_a_validator_that_does_not_ask_is_an_error(settings):
    settings.OAUTH2_PROVIDER = {}
    assert [message.id for message in adapter.check()] == ["token_revocation.E031"]


def test_a_missing_app_is_an_error(settings):
    settings.INSTALLED_APPS = [a for a in settings.INSTALLED_APPS if a != "oauth2_provider"]
    assert [message.id for message in adapter.check()] == ["token_revocation.E030"]


def test_a_right_configuration_is_right(settings):
    found = {message.id for message in run_checks()}
    assert not found & {"token_revocation.E030", "token_revocation.E031"}
    assert adapter.check() == []


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        ({}, None),
        ({"REFRESH_TOKEN_EXPIRE_SECONDS": 3600}, 11),
        ({"REFRESH_TOKEN_EXPIRE_SECONDS": 3600, "ACCESS_TOKEN_EXPIRE_SECONDS": 60}, 3),
    ],
)
def test_a_cutoff_is_kept_as_long_as_a_token_may_live(oauth, make_access_token, options, hours):
    oauth(**options)
    make_access_token(hours=2)
    lifetime = adapter.lifetime
    assert (lifetime and round(lifetime.total_seconds() / 3600)) == hours


def test_a_refresh_token_outlives_its_access_token_by_the_setting(oauth, log_in):
    oauth(REFRESH_TOKEN_EXPIRE_SECONDS=3600)
    grant = log_in()
    access, refresh = services.read(grant.access), services.read(grant.refresh)
    assert (refresh.expires_at - access.expires_at).total_seconds() == 3600


def test_claims_are_those_that_a_resource_server_may_know(make_access_token):
    token = make_access_token()
    assert adapter.claims(token) == {"scope": "read"}
    token.resource = ["https://api.example.com/"]
    assert adapter.claims(token) == {"scope": "read", "aud": ["https://api.example.com/"]}
