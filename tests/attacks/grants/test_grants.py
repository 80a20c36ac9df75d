"""No token is issued for a revoked grant, and each code is exchanged once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider import models
from oauth2_provider.oauth2_validators import GRANT_TYPE_MAPPING
from oauthlib.common import Request

from tests.attacks.grants.flows import ALL_FLOWS, CODE_FLOWS, DEVICE, CodeFlow, is_rejected
from tests.contrib.oauth2_provider.openid import REDIRECT_URI
from tests.contrib.oauth2_provider.requests import get_protected
from token_revocation import services
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0"),
    pytest.mark.filterwarnings("ignore:The PKCE"),
]

REVOCATIONS = {
    "logout/all": lambda flow: services.revoke_all(flow.user),
    "revoke_everyone": lambda flow: services.revoke_everyone(),
    "revoke_client": lambda flow: services.revoke_client(flow.application.client_id),
    "password": lambda flow: change_user(flow.user, password="x"),
    "deactivation": lambda flow: change_user(flow.user, is_active=False),
    "deactivation without a signal": lambda flow: type(flow.user).objects.update(is_active=False),
    "deletion": lambda flow: flow.user.delete(),
}


def change_user(user, password=None, **columns):
    if password:
        user.set_password(password)
    for name, value in columns.items():
        setattr(user, name, value)
    user.save()


def test_every_grant_type_is_tested():
    assert set(GRANT_TYPE_MAPPING) == {
        "authorization_code",
        "password",
        "client_credentials",
        "refresh_token",
        DEVICE,
    }


@pytest.mark.trap("T36")
@pytest.mark.parametrize("flow", ALL_FLOWS)
def test_a_grant_is_exchanged_for_valid_tokens(client, start_flow, flow):
    flow = start_flow(flow)
    answer = flow.exchange(flow.obtain())
    assert answer.status_code == 200, answer.content
    assert get_protected(client, answer.json()["access_token"]).status_code == 200


@pytest.mark.trap("T36")
@pytest.mark.parametrize("revoke", REVOCATIONS.values(), ids=REVOCATIONS)
@pytest.mark.parametrize("flow", ALL_FLOWS)
def test_no_token_is_issued_for_a_revoked_grant(client, start_flow, flow, revoke):
    flow = start_flow(flow)
    grant = flow.obtain()
    revoke(flow)
    for _ in range(2):
        assert is_rejected(flow.exchange(grant))
    assert (
        not models.AccessToken.objects.filter(created__gt=timezone.now() - timedelta(hours=1))
        .exclude(pk__in=rejected_access_tokens(client))
        .exists()
    )


def rejected_access_tokens(client):
    """Return the stored access tokens that are rejected, such as those of before a refresh."""
    rows = models.AccessToken.objects.all()
    return [row.pk for row in rows if get_protected(client, row.token).status_code == 401]


@pytest.mark.trap("T36")
@pytest.mark.parametrize("flow", CODE_FLOWS)
def test_a_code_is_exchanged_once(start_flow, flow):
    flow = start_flow(flow)
    code = flow.obtain()
    assert flow.exchange(code).status_code == 200
    assert is_rejected(flow.exchange(code))
    assert models.RefreshToken.objects.count() == 1


@pytest.mark.trap("T36")
@pytest.mark.parametrize("flow", CODE_FLOWS)
@pytest.mark.parametrize("later", [timedelta(hours=2), timedelta(days=366)])
def test_an_expired_code_is_rejected(start_flow, flow, later):
    flow = start_flow(flow)
    code = flow.obtain()
    with time_machine.travel(timezone.now() + later):
        assert is_rejected(flow.exchange(code))


@pytest.mark.trap("T36")
@pytest.mark.parametrize("flow", CODE_FLOWS)
def test_a_code_of_another_client_is_rejected(start_flow, make_client, flow):
    flow = start_flow(flow)
    code = flow.obtain()
    flow.application = make_client(flow.grant_type)
    assert is_rejected(flow.exchange(code))


@pytest.mark.trap("T36")
@pytest.mark.parametrize("flow", CODE_FLOWS)
def test_tokens_are_dated_by_their_grant(client, start_flow, flow):
    flow = start_flow(flow)
    code, before = flow.obtain(), timezone.now()
    answer = flow.exchange(code).json()
    for name in ("access_token", "refresh_token"):
        assert services.resolve(answer[name]).issued_at < before


@pytest.mark.trap("T36")
@pytest.mark.parametrize("flow", CODE_FLOWS)
def test_one_of_two_concurrent_exchanges_succeeds(start_flow, flow, monkeypatch):
    """The second request reads the code before the first one uses it."""
    flow = start_flow(flow)
    code, answers = flow.obtain(), []
    save = RevocableOAuth2Validator.save_bearer_token

    def interrupted(self, token, request, *args, **kwargs):
        if not answers:
            answers.append(None)
            answers.append(flow.exchange(code))
        return save(self, token, request, *args, **kwargs)

    monkeypatch.setattr(RevocableOAuth2Validator, "save_bearer_token", interrupted)
    assert is_rejected(flow.exchange(code))
    assert answers[1].status_code == 200
    assert models.RefreshToken.objects.count() == 1


def test_a_code_is_deleted_if_the_project_stores_tokens_itself(start_flow, monkeypatch):
    flow = start_flow(CodeFlow)
    code = flow.obtain()
    monkeypatch.setattr(RevocableOAuth2Validator, "save_bearer_token", lambda *args: None)
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    request = Request("/", "POST", body)
    request.client = flow.application
    validator = RevocableOAuth2Validator()
    validator.invalidate_authorization_code(flow.application.client_id, code, request)
    assert is_rejected(flow.exchange(code))
