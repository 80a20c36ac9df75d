"""The projects, by name."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "authtoken",
    "simplejwt",
    "knox",
    "oauth_toolkit",
    "dj_rest_auth",
    "djoser",
    "allauth",
    "allauth_browsers",
    "django",
)

PROJECTS = {
    project.name: project
    for name in MODULES
    for project in import_module(f"{__name__}.{name}").PROJECTS
}
