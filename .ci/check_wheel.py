"""Install the built wheel in a new environment, and use it in a new project."""

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

SCENARIO = """
from django.contrib.auth.models import User
from rest_framework.test import APIClient

client = APIClient()
User.objects.create_user("alice", password="correct horse")
login = client.post("/auth/login/", {"username": "alice", "password": "correct horse"})
assert login.status_code == 200, login.content
client.credentials(HTTP_AUTHORIZATION=f"Token {login.json()['token']}")
statuses = [client.get("/auth/tokens/").status_code, client.post("/auth/logout/").status_code]
rejected = client.get("/auth/tokens/")
assert [*statuses, rejected.status_code] == [200, 204, 401], (statuses, rejected.content)
assert rejected.json()["code"] == "token_revoked"
print("logged in, logged out, rejected")
"""


def main(dist: Path) -> None:
    """Check the only wheel in ``dist``; raise an exception if anything is wrong."""
    (wheel,) = dist.glob("*.whl")
    check_contents(wheel)
    with tempfile.TemporaryDirectory() as folder:
        use(wheel, Path(folder))


def check_contents(wheel: Path) -> None:
    """Check that the wheel contains the package and no other files."""
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(archive.read(n).decode() for n in names if n.endswith("/METADATA"))
    packages = {name.partition("/")[0].partition("-")[0] for name in names}
    assert packages == {"token_revocation", "django_token_revocation"}, packages
    assert "token_revocation/py.typed" in names
    languages = [name for name in names if name.endswith("/LC_MESSAGES/django.mo")]
    assert len(languages) == 7, languages
    for suffix in (".html", ".css"):
        assert any(name.endswith(suffix) for name in names), suffix
    assert any(name.endswith("licenses/LICENSE") for name in names)
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    required = [line for line in required if "extra ==" not in line]
    assert required == [
        "Requires-Dist: django>=5.2",
        "Requires-Dist: djangorestframework>=3.16",
    ], required


def use(wheel: Path, folder: Path) -> None:
    """Create an environment and a project in ``folder``, and use the wheel there."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    run(folder, python, "-m", "pip", "install", "--quiet", wheel)
    run(folder, python, "-m", "django", "startproject", "project", folder)
    append(folder / "project" / "settings.py", SETTINGS)
    append(folder / "project" / "urls.py", URLS)
    run(folder, python, "manage.py", "check", "--fail-level", "WARNING")
    run(folder, python, "manage.py", "makemigrations", "--check", "--dry-run")
    run(folder, python, "manage.py", "migrate", "--verbosity", "0")
    run(folder, python, "manage.py", "shell", "--command", SCENARIO)
    run(folder, python, "manage.py", "purge_revoked_tokens")


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


def run(folder: Path, *command: object) -> None:
    """Run ``command`` without the settings and the path of this checkout."""
    private = ("DJANGO_", "PYTHONPATH")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(private)}
    subprocess.run([str(part) for part in command], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
