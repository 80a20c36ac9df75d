"""A small Django project in its own directory, with commands in a subprocess."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

from django.conf import settings as suite_settings

ROOT = Path(__file__).parent.parent.parent

KINDS = {
    "rest_framework.authtoken": "token_revocation.contrib.authtoken.AuthTokenAdapter",
    "rest_framework_simplejwt.token_blacklist": "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
    "knox": "token_revocation.contrib.knox.KnoxAdapter",
    "oauth2_provider": "token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
}

AUTHTOKEN = "rest_framework.authtoken"
AUTHENTICATION = "token_revocation.contrib.authtoken.RevocableTokenAuthentication"

SETTINGS = """
    import json

    SECRET_KEY = "a-project-of-the-tests-with-a-key-of-some-length"
    USE_TZ = True
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ROOT_URLCONF = "urls"
    STATIC_URL = "static/"
    DATABASES = json.loads({databases!r})
    INSTALLED_APPS = {apps!r}
    MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
    TEMPLATES = [{{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {{"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]}},
    }}]
    REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": {classes!r}}}
    TOKEN_REVOCATION = {{"ADAPTERS": {adapters!r}}}
    OAUTH2_PROVIDER = {{
        "REFRESH_TOKEN_EXPIRE_SECONDS": 3600,
        "OAUTH2_VALIDATOR_CLASS":
            "token_revocation.contrib.oauth2_provider.validators.RevocableOAuth2Validator",
    }}
"""

URLS = """
    from django.contrib import admin
    from django.urls import include, path

    urlpatterns = [
        path("admin/", admin.site.urls),
        path("auth/", include("token_revocation.urls")),
    ]
"""

MIGRATION = """
    from django.db import migrations


    def people(apps, schema_editor):
        {lines}


    class Migration(migrations.Migration):
        dependencies = [("auth", "0012_alter_user_first_name_max_length"), {after}]
        run_before = {before!r}
        operations = [migrations.RunPython(people, migrations.RunPython.noop)]
"""


@dataclass
class Project:
    """The directory and the database of a project."""

    directory: Path
    name: str

    def write(self, path, text, **values):
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).format(**values) if values else dedent(text))

    def start(self, kinds=tuple(KINDS)):
        """Write the files of the project, with the installed packages among ``kinds``."""
        kinds = [kind for kind in kinds if find_spec(kind.partition(".")[0])]
        apps = [f"django.contrib.{app}" for app in ("contenttypes", "auth", "sessions", "messages")]
        if kinds:
            apps += ["django.contrib.admin", "rest_framework", *kinds]
        self.write(
            "settings.py",
            SETTINGS,
            databases=json.dumps({"default": self.database}),
            apps=[*apps, "token_revocation", "people"],
            adapters=[KINDS[kind] for kind in kinds],
            classes=[AUTHENTICATION] if AUTHTOKEN in kinds else [],
        )
        self.write("urls.py", URLS if kinds else "urlpatterns = []")
        self.write("people/__init__.py", "")
        self.write("people/migrations/__init__.py", "")

    def migration(self, lines, *, after="", before=()):
        """Write a data migration of the app ``people``."""
        body = f"\n{' ' * 4}".join(dedent(lines).strip().splitlines())
        self.write(
            "people/migrations/0001_people.py", MIGRATION, lines=body, after=after, before=before
        )

    def manage(self, *arguments, fails=False, **environment):
        """Run ``manage.py`` and return its output."""
        return self._run("-m", "django", *arguments, fails=fails, **environment)

    def run(self, code):
        """Run a script in the project and return its output."""
        return self._run("-c", f"import django; django.setup()\n{dedent(code)}")

    def python(self, *arguments, **environment):
        """Run Python in the directory and return its output."""
        return self._run(*arguments, **environment)

    @property
    def database(self):
        stock = suite_settings.DATABASES["default"]
        keys = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
        own = {key: stock[key] for key in keys if key in stock}
        is_file = "sqlite3" in stock["ENGINE"]
        own["NAME"] = str(self.directory / "db.sqlite3") if is_file else self.name
        own["TEST"] = {"NAME": None if is_file else f"test_{self.name}"}
        return own

    def _run(self, *arguments, fails=False, **environment):
        paths = os.pathsep.join([str(self.directory), str(ROOT)])
        own = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": paths, **environment}
        kept = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
        done = subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=self.directory,
            env={**kept, **own},
            capture_output=True,
            text=True,
            timeout=300,
            stdin=subprocess.DEVNULL,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        assert fails or "Traceback" not in done.stderr, done.stderr
        return done.stdout
