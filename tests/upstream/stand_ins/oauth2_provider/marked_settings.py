"""A pytest plugin with the fixture and markers of OAuth Toolkit's tests."""

from __future__ import annotations

import pytest


class ChangeableSettings:
    """Sets OAuth Toolkit's settings by attribute until the test ends."""

    def __init__(self, settings):
        vars(self)["settings"] = settings

    def __setattr__(self, key, value):
        self.settings.OAUTH2_PROVIDER = {**self.settings.OAUTH2_PROVIDER, key: value}


def pytest_configure(config):
    config.addinivalue_line("markers", "oauth2_settings(values): the value of OAUTH2_PROVIDER")
    config.addinivalue_line("markers", "nologinrequiredmiddleware: without that middleware")


@pytest.fixture
def oauth2_settings(request, settings):
    settings.OAUTH2_PROVIDER = request.node.get_closest_marker("oauth2_settings").args[0]
    request.cls.oauth2_settings = ChangeableSettings(settings)
