"""Code, settings and commands in the documentation."""

from __future__ import annotations

import re
import shlex
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.management import find_commands, get_commands, load_command_class
from django.urls import include, path

from tests import reference_page
from tests.pages import ROOT, blocks, import_files_of

EXAMPLE = str(ROOT / "example_project" / "management")

TESTED_ELSEWHERE = {"quickstart.md", "recipes.md"}
"""Pages whose code has its own tests, in a project with the needed packages."""

REQUIRED_PACKAGES = {
    "simplejwt": "rest_framework_simplejwt",
    "knox": "knox",
    "oauth2_provider": "oauth2_provider",
    "drf_spectacular": "drf_spectacular",
    "prometheus": "prometheus_client",
    "adrf": "adrf",
    "contrib.redis": "redis",
    "SIGNING_JWK": "cryptography",
    "standards.rfc7009": "oauth2_provider",
    "token_revocation.standards": "cryptography",
}
"""The package that a block with this text requires."""

COMMANDS = {**get_commands(), **dict.fromkeys(find_commands(EXAMPLE), "example_project")}
COMMAND = re.compile(r"(?:^|\s|`)manage\.py (\w+)((?: --?[\w-]+(?:[= ][\w.-]+)?)*)")

python = [block for block in blocks("python") if block.page not in TESTED_ELSEWHERE]
modules = import_files_of("extending.md")
TestSignedTokens = modules["project.test_tokens"].TestSignedTokens
TestObservedStore = modules["project.test_stores"].TestObservedStore


def run(block, **variables):
    """Run ``block`` in the namespace of a project; return the namespace."""
    namespace = {
        "INSTALLED_APPS": list(django_settings.INSTALLED_APPS),
        "MIDDLEWARE": list(django_settings.MIDDLEWARE),
        "urlpatterns": [],
    }
    namespace |= {"path": path, "include": include, "__name__": "pasted", **variables}
    for word, package in REQUIRED_PACKAGES.items():
        if word in block.text:
            pytest.importorskip(package)
    exec(block.code, namespace)  # noqa: S102
    return namespace


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_block_compiles(block):
    assert block.code


@pytest.mark.parametrize("block", [b for b in python if not b.is_settings], ids=str)
def test_python_block_runs_in_a_project(block, user):
    run(block, user=user, request=SimpleNamespace(user=user))


@pytest.mark.parametrize("block", [b for b in python if b.is_settings], ids=str)
def test_settings_pass_the_system_checks(block, settings):
    for name, value in run(block).items():
        if name.isupper() and name != "INSTALLED_APPS":
            setattr(settings, name, value)
        elif name == "INSTALLED_APPS":
            settings.INSTALLED_APPS = list(dict.fromkeys([*settings.INSTALLED_APPS, *value]))
    found = run_checks(app_configs=[apps.get_app_config("token_revocation")])
    assert [message for message in found if message.is_serious()] == []


def commands():
    """Yield each management command on a page, with its options."""
    for block in blocks("") + blocks("sh"):
        for name, options in COMMAND.findall(block.text):
            yield pytest.param(name, shlex.split(options), id=f"{block}-{name}")


@pytest.mark.parametrize(("name", "options"), list(commands()))
def test_commands_and_their_options_exist(name, options):
    if name == "createapplication":
        pytest.importorskip("oauth2_provider")
    command = load_command_class(COMMANDS[name], name)
    accepted = command.create_parser("manage.py", name)._option_string_actions
    assert {o.partition("=")[0] for o in options if o.startswith("-")} <= set(accepted)


def test_reference_is_up_to_date():
    page = reference_page.PAGE.read_text()
    assert page == reference_page.page(), "Run: python -m tests.reference_page"
