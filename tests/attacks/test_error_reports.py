"""Error mails, logs and debug pages hold no secret that a client sent."""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import contextmanager
from urllib.parse import urlencode

import django
import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.db import OperationalError, connection
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from rest_framework.test import APIClient

from tests.attacks.endpoints import endpoint_paths, urlconf
from tests.contrib.oauth2_provider.conftest import VALIDATOR
from tests.matrix.kinds import KINDS
from token_revocation import services
from token_revocation._error_reports import ReportFilter
from token_revocation.contrib.authtoken import AuthTokenAdapter

pytestmark = [
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
    pytest.mark.django_db,
]

INSTALLED = ["authtoken", "knox", "simplejwt, access token", "oauth2_provider, access token"]
INSTALLED = [name for name in INSTALLED if KINDS[name].is_installed]

PROTOCOL_ENDPOINTS = {"token", "revoke-token", "introspect", "device-authorization"}
"""The endpoints of OAuth Toolkit that clients call, by name."""

SECRETS = ("hunter2-password", "c0ffee-secret-of-a-client", "c0ffee-authorization-code")

FORM = "application/x-www-form-urlencoded"


@contextmanager
def failing_queries(error, after):
    """Fail each query after the first ``after``; a database error quotes the parameters."""
    count = 0

    def fail(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count <= after:
            return execute(sql, params, many, context)
        if error is OperationalError:
            raise error(f"invalid value '{params}'")
        raise error("a mistake")

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def reported(caplog, settings):
    """Return the text of all mails and log records."""
    # Django 6.0 replaces the pairs by addresses.
    settings.ADMINS = (
        ["ops@example.com"] if django.VERSION >= (6,) else [("Ops", "ops@example.com")]
    )
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    logging.getLogger("django").addHandler(handler)
    caplog.set_level(logging.INFO)

    def text():
        mails = [f"{m.subject}{m.body}{m.alternatives}" for m in mail.outbox]
        records = [repr(vars(record)) for record in caplog.records]
        return "".join([*mails, *records, caplog.text])

    yield text
    logging.getLogger("django").removeHandler(handler)


@pytest.fixture(params=INSTALLED)
def client(request, settings, user):
    """A client of one kind of token that sends a secret in every parameter."""
    kind = KINDS[request.param]
    settings.ROOT_URLCONF = "tests.matrix.urls"
    settings.OAUTH2_PROVIDER = {"OAUTH2_VALIDATOR_CLASS": VALIDATOR}
    user.is_staff = user.is_superuser = True
    user.save()
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": [*dict.fromkeys(each.adapter for each in KINDS.values() if each.is_installed)],
        "TOKEN_COOKIES": {"refresh": {"path": "/"}},
    }
    tokens = kind.log_in(user)
    settings.ROOT_URLCONF = urlconf(request.param)
    made = APIClient(raise_request_exception=False)
    made.credentials(HTTP_AUTHORIZATION=f"{kind.scheme} {tokens.api}")
    made.cookies["refresh"] = tokens.refresh or tokens.presented
    made.secrets = {*SECRETS, tokens.api, tokens.presented, tokens.refresh or tokens.api}
    made.body = {
        "token": tokens.presented,
        "refresh": tokens.refresh or tokens.presented,
        "refresh_token": tokens.refresh or tokens.presented,
        "username": user.username,
        "password": SECRETS[0],
        "client_id": "matrix",
        "client_secret": SECRETS[1],
        "code": SECRETS[2],
        "grant_type": "refresh_token",
        "logout_token": tokens.presented,
    }
    return made


def send(client, path, form, **more):
    if form:
        return client.post(path, urlencode(client.body), content_type=FORM, **more)
    body = {**client.body, "tokens": [client.body["token"]]}
    return client.post(path, body, format="json", **more)


def leaked_secrets(client, text):
    """Return the secrets of the client that stand anywhere in ``text``."""
    return [secret for secret in client.secrets if secret in text]


ENDPOINTS = [
    (path, name)
    for path, name in endpoint_paths()
    if "oauth2_provider" not in name or name.partition(":")[2] in PROTOCOL_ENDPOINTS
]


@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
class TestEveryEndpoint:
    @pytest.mark.parametrize("form", [True, False], ids=["form", "json"])
    def test_mails_and_log_records_hold_no_secret(self, client, reported, error, form, after):
        for path, _name in ENDPOINTS:
            with failing_queries(error, after):
                send(client, path, form)
        assert not leaked_secrets(client, reported())

    def test_the_debug_page_holds_no_secret(self, client, error, after, settings):
        settings.DEBUG = True
        accept = "text/html" if after else "text/plain"
        for path, name in ENDPOINTS:
            with failing_queries(error, after):
                answer = send(client, path, form=False, headers={"Accept": accept})
            assert not leaked_secrets(client, answer.content.decode()), name


def test_no_mail_is_sent_for_a_503(client, reported):
    for path, name in ENDPOINTS:
        with failing_queries(OperationalError, 0):
            answer = send(client, path, form=True)
        assert answer.status_code != 503 or mail.outbox == [], name


@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
def test_a_token_in_a_url_is_hidden(client, reported, error, settings):
    with failing_queries(error, 0):
        client.get(f"/0/tokens/?token={SECRETS[2]}")
        settings.DEBUG = True
        page = client.get(f"/0/tokens/?token={SECRETS[2]}").content.decode()
    assert SECRETS[2] not in reported() + page


@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
def test_a_failed_token_check_in_a_view_of_the_project_shows_no_secret(
    client, reported, error, settings
):
    with failing_queries(error, 0):
        client.get("/protected/")
        settings.DEBUG = True
        page = client.get("/protected/").content.decode()
    assert not leaked_secrets(client, reported() + page)


def reported_variables(error):
    """Return the local variables that a report of ``error`` shows, by file."""
    reporter = ExceptionReporter(None, type(error), error, error.__traceback__)
    shown = defaultdict(str)
    for frame in reporter.get_traceback_frames():
        shown[frame["filename"]] += repr([*frame["vars"]])
    return shown


def failing_resolve(self, raw):
    values = raw if isinstance(raw, str) else [str(each) for each in raw]
    raise RuntimeError(f"a mistake about {len(values)}")


@pytest.mark.parametrize(
    "call",
    [
        services.resolve,
        async_to_sync(services.aresolve),
        lambda raw: services.revoke_leaked([raw]),
    ],
)
def test_a_failed_service_call_shows_no_token(db, monkeypatch, call):
    # The filter cannot reach frames below a generator of Django; there is none here.
    monkeypatch.setattr(AuthTokenAdapter, "resolve", failing_resolve)
    monkeypatch.setattr(AuthTokenAdapter, "resolve_many", failing_resolve)
    with pytest.raises(RuntimeError) as raised:
        call(SECRETS[1])
    shown = reported_variables(raised.value)
    del shown[__file__]
    assert [name for name, found in shown.items() if SECRETS[1] in found] == []


def test_the_filter_is_active_in_debug_mode():
    assert ReportFilter(SafeExceptionReporterFilter()).is_active(None)
