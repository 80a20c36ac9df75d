"""The translations are complete, and used in the language of the client."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import deactivate, override, to_language

from tests.factories import UserFactory
from tests.requirements import skip_or_fail
from token_revocation import services
from token_revocation.models import Reason

PACKAGE = Path(__file__).parent.parent / "token_revocation"
LANGUAGES = ("ar", "de", "es", "fr", "ja", "pt_BR", "zh_Hans")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")


def catalog(language):
    """Return the translations of the compiled catalog by msgid."""
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        return {
            msgid: text for msgid, text in gettext.GNUTranslations(file)._catalog.items() if msgid
        }


def singular(message):
    """Return the singular of a message with a plural."""
    return message[0] if isinstance(message, tuple) else message


@pytest.fixture
def localized(settings):
    """A project that responds in the language of the client."""
    locale = "django.middleware.locale.LocaleMiddleware"
    settings.USE_I18N = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, locale]
    yield
    deactivate()  # Django does so after a request, but its test client does not.


def test_the_languages_are_complete():
    assert {path.name for path in (PACKAGE / "locale").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_every_placeholder(language):
    for msgid, text in catalog(language).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(singular(msgid)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language, tmp_path):
    if not shutil.which("xgettext"):
        skip_or_fail("There is no gettext.")
    copy = shutil.copytree(PACKAGE, tmp_path / "token_revocation")
    extract = ["makemessages", "--verbosity=0", "--no-location", f"--locale={language}"]
    django = [sys.executable, "-m", "django", *extract]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(django, cwd=copy, env=environment, check=True)
    path = copy / "locale" / language / "LC_MESSAGES" / "django.po"
    sources = re.findall(r'^msgid ((?:".*"\n)+)', path.read_text(), re.M)
    msgids = {"".join(re.findall(r'"(.*)"', source)).replace(r"\"", '"') for source in sources} - {
        ""
    }
    assert msgids == {singular(message) for message in catalog(language)}


def test_the_detail_of_an_error_is_translated_and_its_code_is_not(localized, holder):
    holder.post("/auth/logout/")
    answer = holder.get("/protected/", HTTP_ACCEPT_LANGUAGE="de")
    assert answer.json() == {"detail": "Das Token wurde widerrufen.", "code": "token_revoked"}
    assert 'error_description="The token was revoked"' in answer["WWW-Authenticate"]


def test_the_admin_reads_from_right_to_left(localized, db):
    client = Client(headers={"Accept-Language": "ar"})
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.get("/admin/token_revocation/revokedtoken/").content.decode()
    assert 'dir="rtl"' in page
    assert "إبطال الرموز" in page


def test_the_subject_of_a_cutoff_is_in_the_language_of_the_reader(localized, db):
    cutoff = services.revoke_session("abc")
    client = Client(headers={"Accept-Language": "de"})
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for path in ("", f"{cutoff.pk}/change/"):
        page = client.get(f"/admin/token_revocation/tokencutoff/{path}").text
        assert re.search(r">\s*Sitzung\s*</", page), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_translated(language):
    with override(None):
        english = {str(reason.label) for reason in Reason}
    with override(to_language(language)):
        assert english.isdisjoint(str(reason.label) for reason in Reason)
