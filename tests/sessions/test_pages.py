"""The page "Your sessions"."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import include, path
from django.utils import translation

from tests.factories import UserFactory
from tests.sessions.recorded import ADAPTERS, FIREFOX, IPHONE, MIDDLEWARE, record_browser
from tests.sessions.rows import make_session, make_user_agent
from tests.views.outages import failing_cutoff_insert
from token_revocation.clock import now
from token_revocation.models import Reason, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import BEFORE_ALL_CUTOFFS

UNKNOWN_ID = "0194f3c2-7b1e-7a44-9c0d-5e2b8f6a1d30"

PAGE = "/account/sessions/"
INLINE = re.compile(r"<style|\sstyle=|<script|\son\w+=|javascript:")

pytestmark = pytest.mark.usefixtures("site")

tenant_urls = "tests.sessions.test_pages"
urlpatterns = [
    path("<str:tenant>/sessions/", include("token_revocation.sessions.pages.urls"), {"extra": 1})
]


@pytest.fixture
def site(settings):
    """Check browser sessions, as the documentation says."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE]
    settings.TOKEN_REVOCATION = {"ADAPTERS": ADAPTERS}
    settings.LOGIN_URL = "/login/"


@pytest.fixture
def browser(user):
    """A browser in which ``user`` is logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def current(browser):
    """The recorded session of ``browser``."""
    return record_browser(browser, user_agent=make_user_agent(FIREFOX), ip_address="192.0.2.7")


def log_out(row):
    return f"{PAGE}{row.pk}/log-out/"


def rename(row):
    return f"{PAGE}{row.pk}/rename/"


def test_page_shows_each_session(browser, user, current):
    make_session(user, user_agent=IPHONE, name="My <b>phone</b>", ip_address="2001:db8::7")
    html = browser.get(PAGE).text
    assert html.count("<li class=") == 2
    assert "My &lt;b&gt;phone&lt;/b&gt;" in html
    assert "2001:db8::7" in html
    assert "192.0.2.7" in html
    assert html.count("This device") == 1


def test_device_is_the_heading_of_a_session_without_a_name(browser, current):
    pytest.importorskip("ua_parser")
    assert "<bdi>Firefox 128 on Windows 10</bdi></h2>" in browser.get(PAGE).text


@pytest.mark.parametrize("agent", ["", "?"])
def test_unknown_device_has_a_heading(browser, user, agent):
    make_session(user, user_agent=agent)
    assert "<bdi>Unknown device</bdi></h2>" in browser.get(PAGE).text


def test_unknown_time_of_the_login_is_shown_as_such(browser, user):
    make_session(user, created_at=BEFORE_ALL_CUTOFFS, expires_at=None)
    assert "<dd>unknown</dd>" in browser.get(PAGE).text


def test_sessions_of_others_are_not_shown(browser):
    make_session(UserFactory(), name="Of another user")
    assert "Of another user" not in browser.get(PAGE).text


def test_current_session_is_shown_before_it_is_recorded(browser):
    TokenSession.objects.all().delete()
    html = browser.get(PAGE, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7").text
    assert "This device" in html
    assert "Firefox" in html
    assert "192.0.2.7" in html


def test_user_without_sessions_sees_a_sentence(browser, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    TokenSession.objects.all().delete()
    assert "No sessions are recorded." in browser.get(PAGE).text


def test_other_session_is_logged_out(browser, user, current):
    other = make_session(user, name="Tablet")
    answer = browser.post(log_out(other), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "“Tablet” was logged out." in answer.text
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.reason, cutoff.revoked_by) == (
        str(other.pk),
        Reason.REVOKED,
        user,
    )
    assert browser.post(log_out(other)).status_code == 302
    assert TokenCutoff.objects.count() == 1


def test_current_session_is_logged_out(browser, current):
    answer = browser.post(log_out(current))
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert TokenCutoff.objects.get().subject_id == str(current.pk)
    assert browser.get(PAGE).status_code == 302


def test_logout_redirects_as_the_project_says(browser, current, settings):
    settings.LOGOUT_REDIRECT_URL = "/bye/"
    assert browser.post(log_out(current))["Location"] == "/bye/"


def test_all_others_are_logged_out(browser, user, current):
    make_session(user)
    answer = browser.post(f"{PAGE}log-out-others/", follow=True)
    assert "All other sessions were logged out." in answer.text
    assert answer.text.count("<li class=") == 1 + 1  # The message, and the current session.
    assert TokenCutoff.objects.get().reason == Reason.LOGOUT_ALL


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.2")
@pytest.mark.parametrize("path", [log_out, lambda row: f"{PAGE}log-out-others/"])
def test_others_are_logged_out_after_a_recent_login_only(browser, user, settings, path):
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ADAPTERS,
        "SESSION_REVOKE_MAX_AGE": timedelta(minutes=5),
    }
    other = make_session(user)
    with time_machine.travel(now() + timedelta(minutes=6)):
        answer = browser.post(path(other))
        assert answer["Location"] == f"/login/?next={PAGE}"
        assert "Log in again" in browser.get(PAGE).text
    assert not TokenCutoff.objects.exists()
    assert browser.post(path(other))["Location"] == PAGE
    assert TokenCutoff.objects.count() == 1


def test_current_session_is_logged_out_without_a_recent_login(browser, current, settings):
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ADAPTERS,
        "SESSION_REVOKE_MAX_AGE": timedelta(minutes=5),
    }
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert browser.post(log_out(current))["Location"] == "/login/"


def test_unknown_login_is_not_recent(browser, user, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    settings.TOKEN_REVOCATION = {"SESSION_REVOKE_MAX_AGE": timedelta(minutes=5)}
    assert browser.post(f"{PAGE}log-out-others/")["Location"] == f"/login/?next={PAGE}"


def test_other_browser_is_logged_out(browser, user):
    other = Client()
    other.force_login(user)
    row = record_browser(other)
    assert other.get(PAGE).status_code == 200
    browser.post(log_out(row))
    assert other.get(PAGE)["Location"] == f"/login/?next={PAGE}"
    assert browser.get(PAGE).status_code == 200


def test_name_is_escaped_in_messages(browser, user):
    row = make_session(user, name="<script>")
    assert "“&lt;script&gt;” was logged out." in browser.post(log_out(row), follow=True).text


def test_session_is_renamed(browser, current):
    answer = browser.post(rename(current), {"name": " Büro "}, follow=True)
    assert "The session was renamed." in answer.text
    assert "<bdi>Büro</bdi></h2>" in answer.text


@pytest.mark.parametrize("name", ["x" * 256, "a\x00b"])
def test_invalid_name_is_reported(browser, current, name):
    answer = browser.post(rename(current), {"name": name}, follow=True)
    assert '<li class="error">' in answer.text
    current.refresh_from_db()
    assert current.name == ""


@pytest.mark.parametrize("path", [log_out, rename])
def test_session_of_another_user_is_404(browser, path):
    other = make_session(UserFactory())
    assert browser.post(path(other), {"name": "mine"}).status_code == 404
    other.refresh_from_db()
    assert other.name == ""
    assert not TokenCutoff.objects.exists()


def test_ended_session_cannot_be_renamed(browser, user):
    row = make_session(user, ended_at=now())
    assert browser.post(rename(row), {"name": "x"}).status_code == 404


@pytest.mark.parametrize("session_id", [UNKNOWN_ID, "x", "1"])
def test_unknown_session_is_404(browser, session_id):
    assert browser.post(f"{PAGE}{session_id}/log-out/").status_code == 404


@pytest.mark.parametrize("action", ["log-out-others/", f"{UNKNOWN_ID}/log-out/"])
def test_actions_need_a_post(browser, action):
    assert browser.get(f"{PAGE}{action}").status_code == 405


@pytest.mark.parametrize("action", ["", "log-out-others/", f"{UNKNOWN_ID}/log-out/"])
def test_login_is_required(db, action):
    answer = Client().post(f"{PAGE}{action}") if action else Client().get(PAGE)
    assert answer["Location"] == f"/login/?next={PAGE}{action}"


def test_csrf_token_is_required(user, current):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(log_out(current)).status_code == 403
    assert client.get(PAGE).status_code == 200
    assert not TokenCutoff.objects.exists()


def test_failed_list_is_503(browser):
    with failing_database("SELECT", "tokensession"):
        answer = browser.get(PAGE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Revocation is temporarily unavailable." in answer.text


def test_unknown_state_of_the_browser_is_503(browser):
    with failing_database("SELECT", "tokencutoff"):
        answer = browser.get(PAGE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_failed_logout_is_503_and_changes_nothing(browser, user):
    other = make_session(user)
    with failing_cutoff_insert():
        answer = browser.post(log_out(other))
    assert answer.status_code == 503
    assert not TokenCutoff.objects.exists()
    assert str(other.pk) in browser.get(PAGE).text


def test_page_is_not_cached(browser):
    assert "no-store" in browser.get(PAGE)["Cache-Control"]


def test_views_commit_before_the_response(browser):
    match = browser.get(PAGE).resolver_match
    assert match.func._non_atomic_requests == {"default", "other"}


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_page_follows_the_language(browser, settings, language, direction):
    settings.LANGUAGE_CODE = language
    with translation.override(language):
        html = browser.get(PAGE).text
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert not INLINE.search(html)


def test_urls_keep_the_parameters_of_the_project(browser, current, settings):
    settings.ROOT_URLCONF = tenant_urls
    answer = browser.post(f"/acme/sessions/{current.pk}/rename/", {"name": "x"})
    assert answer["Location"] == "/acme/sessions/"
    assert f'action="/acme/sessions/{current.pk}/log-out/"' in browser.get("/acme/sessions/").text


def test_project_replaces_the_base_template(browser, settings, tmp_path):
    folder = tmp_path / "token_sessions"
    folder.mkdir()
    (folder / "base.html").write_text("<title>Shop</title>{% block content %}{% endblock %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    html = browser.get(PAGE).text
    assert html.startswith("<title>Shop</title>")
    assert "Your sessions" in html


def test_page_works_without_messages(browser, current, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "messages" not in name]
    assert browser.post(rename(current), {"name": "x"}).status_code == 302


def test_style_sheet_is_found():
    assert finders.find("token_sessions/sessions.css")
