"""A project with another package, wired as the documentation of that package says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.matrix.packages.accounts import Account, Attempt, IssuedTokens

Login = Callable[[Account], IssuedTokens]
EntryPoint = Callable[[IssuedTokens], "Attempt | None"]
Event = Callable[[Account, IssuedTokens], "bool | None"]

CODE = Path(__file__).parent / "code"
API = "API request"


@dataclass(frozen=True, kw_only=True)
class Project:
    """A package and its entry points, named by request (``POST token/``) or by call."""

    name: str
    about: str
    modules: Sequence[str]
    apps: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    urls: Callable[[], list[Any]]
    logins: Mapping[str, Login]
    """Each returns the tokens that it issues."""
    entry_points: Mapping[str, EntryPoint]
    """Each presents a token; ``None`` if it accepts no token of that kind."""
    events: Mapping[str, Event] = field(default_factory=dict)
    """What revokes tokens in the package; ``None`` if it does not apply to a login."""
    impossible: Mapping[str, str] = field(default_factory=dict)
    """Common events that do not apply here, with the reason."""
    ignored_routes: Mapping[str, str] = field(default_factory=dict)
    """Routes that neither issue, accept nor revoke, with the reason."""
    reported_as: Mapping[str, str] = field(default_factory=dict)
    """The name of an entry point in findings, if it is not the name of its view."""
    middleware: Sequence[str] = ()

    @property
    def missing(self) -> list[str]:
        """The required packages that are not installed."""
        return [name for name in self.modules if not find_spec(name)]


def set_up(project: Project) -> None:
    """Configure Django in this process for the project, with an empty database."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    sys.path.insert(0, str(CODE))
    settings.configure(**_settings(project))
    django.setup()
    urlconf = sys.modules[settings.ROOT_URLCONF] = ModuleType(settings.ROOT_URLCONF)
    urlconf.urlpatterns = []
    call_command("migrate", run_syncdb=True, verbosity=0)
    urlconf.urlpatterns = [*_common_urls(), *project.urls()]


def _settings(project: Project) -> dict[str, Any]:
    contrib = "django.contrib"
    names = ("admin", "auth", "contenttypes", "messages", "sessions")
    processors = (
        "django.template.context_processors.request",
        f"{contrib}.auth.context_processors.auth",
        f"{contrib}.messages.context_processors.messages",
    )
    return {
        "SECRET_KEY": "packages-" + "x" * 60,
        "USE_TZ": True,
        "ALLOWED_HOSTS": ["testserver"],
        "ROOT_URLCONF": "shop.urls",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "MIGRATION_MODULES": _NoMigrations(),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "STATIC_URL": "static/",
        "LOGIN_URL": "/accounts/login/",
        "INSTALLED_APPS": [
            *(f"{contrib}.{name}" for name in names),
            "rest_framework",
            *project.apps,
            "token_revocation",
        ],
        "MIDDLEWARE": [
            f"{contrib}.sessions.middleware.SessionMiddleware",
            f"{contrib}.auth.middleware.AuthenticationMiddleware",
            f"{contrib}.messages.middleware.MessageMiddleware",
            *project.middleware,
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": processors},
            }
        ],
        **project.settings,
    }


class _NoMigrations:
    """Disables migrations, since creating tables from the models is faster."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def _common_urls() -> list[Any]:
    from django.contrib import admin
    from django.urls import include, path

    return [
        path("admin/", admin.site.urls),
        path("auth/", include("token_revocation.urls")),
        path("hello/", hello()),
    ]


def hello(**attributes: Any) -> Any:
    """Make an API view that requires an authenticated user or token."""
    from rest_framework.permissions import BasePermission
    from rest_framework.response import Response
    from rest_framework.views import APIView

    class IsAuthenticated(BasePermission):
        def has_permission(self, request: Any, view: Any) -> bool:
            return bool(request.auth or getattr(request.user, "is_authenticated", False))

    def get(self: Any, request: Any) -> Any:
        return Response({"hello": str(request.user)})

    members = {"permission_classes": [IsAuthenticated], "get": get, **attributes}
    return type("HelloView", (APIView,), members).as_view()
