from __future__ import annotations

import pytest

from tests.contrib.oauth2_provider.conftest import browser, make_application  # noqa: F401
from tests.contrib.oauth2_provider.conftest import oauth as default_oauth  # noqa: F401


@pytest.fixture(autouse=True)
def oauth(default_oauth):  # noqa: F811
    """Set up an OpenID provider with every grant type, and change its settings."""
    from tests.contrib.oauth2_provider.openid import provider_settings

    def change(**options):
        device = {"OAUTH_DEVICE_VERIFICATION_URI": "https://api.example.com/o/device"}
        default_oauth(**{**device, **provider_settings(), **options})

    change()
    return change


@pytest.fixture
def make_client(make_application):  # noqa: F811
    """Make a confidential client that uses the given grant type."""
    from tests.contrib.oauth2_provider.openid import CLIENT

    def make(grant_type):
        return make_application(**{**CLIENT, "authorization_grant_type": grant_type})

    return make


@pytest.fixture
def start_flow(client, browser, user, make_client):  # noqa: F811
    """Make a flow of the given class, with a client of its grant type."""

    def start(flow_class):
        return flow_class(client, browser, make_client(flow_class.grant_type), user)

    return start
