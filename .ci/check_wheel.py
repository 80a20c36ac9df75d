"""Install the built wheel where there is nothing else, and use it: log in, log out, 401."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from zipfile import ZipFile

SETTINGS = """
INSTALLED_APPS += ["rest_framework", "rest_framework.authtoken", "token_revocation"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "token_revocation.contrib.authtoken.RevocableTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
ALLOWED_HOSTS = ["testserver"]
"""

URLS = """
from django.urls import include

urlpatterns += [path("auth/", include("token_revocation.urls"))]
"""

WALK = """
from django.contrib.auth.models import User
from rest_framework.test import APIClient

client = APIClient()
User.objects.create_user("alice", password="correct horse")
login = client.post("/auth/login/", {"username": "alice", "password": "correct horse"})
assert login.status_code == 200, login.content
client.credentials(HTTP_AUTHORIZATION=f"Token {login.json()['token']}")
statuses = [client.get("/auth/tokens/").status_code, client.post("/auth/logout/").status_code]
refused = client.get("/auth/tokens/")
assert [*statuses, refused.status_code] == [200, 204, 401], (statuses, refused.content)
assert refused.json()["code"] == "token_revoked"
print("logged in, logged out, refused")
"""


def main(dist: Path) -> None:
    """Raises at the first surprise."""
    (wheel,) = dist.glob("*.whl")
    check_contents(wheel)
    with tempfile.TemporaryDirectory() as folder:
        use(wheel, Path(folder))


def check_contents(wheel: Path) -> None:
    """The package and nothing else, its types, its translations, its pages and its licence."""
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(archive.read(n).decode() for n in names if n.endswith("/METADATA"))
    tops = {name.partition("/")[0].partition("-")[0] for name in names}
    assert tops == {"token_revocation", "django_token_revocation"}, tops
    assert "token_revocation/py.typed" in names
    languages = [name for name in names if name.endswith("/LC_MESSAGES/django.mo")]
    assert len(languages) == 7, languages
    for kind in (".html", ".css"):
        assert any(name.endswith(kind) for name in names), kind
    assert any(name.endswith("licenses/LICENSE") for name in names)
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    required = [line for line in required if "extra ==" not in line]
    assert required == [
        "Requires-Dist: django>=5.2",
        "Requires-Dist: djangorestframework>=3.16",
    ], required


def use(wheel: Path, folder: Path) -> None:
    """A new project, in an environment of its own."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    run(folder, python, "-m", "pip", "install", "--quiet", wheel)
    run(folder, python, "-m", "django", "startproject", "project", folder)
    append(folder / "project" / "settings.py", SETTINGS)
    append(folder / "project" / "urls.py", URLS)
    run(folder, python, "manage.py", "check", "--fail-level", "WARNING")
    run(folder, python, "manage.py", "makemigrations", "--check", "--dry-run")
    run(folder, python, "manage.py", "migrate", "--verbosity", "0")
    run(folder, python, "manage.py", "shell", "--command", WALK)
    run(folder, python, "manage.py", "purge_revoked_tokens")


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


def run(folder: Path, *command: object) -> None:
    """Nothing of this checkout is on the path."""
    private = ("DJANGO_", "PYTHONPATH")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(private)}
    subprocess.run([str(part) for part in command], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
