"""Check of authentication classes whose adapter is not in ``ADAPTERS``."""

from __future__ import annotations

import pytest
from django.urls import path
from rest_framework.views import APIView

from token_revocation._checks import COMPONENTS
from token_revocation._checks.kinds import check_missing_adapters
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication

ADAPTER = "token_revocation.contrib.authtoken.AuthTokenAdapter"


class OtherAdapter(AuthTokenAdapter):
    kind = "other"


class OtherAuthentication(RevocableTokenAuthentication):
    adapter = OtherAdapter()


class UnfinishedAuthentication(RevocableTokenAuthentication):
    adapter = None


class OwnView(APIView):
    authentication_classes = (OtherAuthentication,)


class OddView(APIView):
    authentication_classes = None


@pytest.fixture
def found(settings):
    """Return a function that runs the check with adapters, a default class and views."""

    def run(*adapters, default=RevocableTokenAuthentication, views=()):
        settings.TOKEN_REVOCATION = {"ADAPTERS": adapters}
        settings.REST_FRAMEWORK = {
            "DEFAULT_AUTHENTICATION_CLASSES": [f"{default.__module__}.{default.__name__}"]
        }
        urls = [path(f"{view.__name__}/", view.as_view()) for view in views]
        settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": urls})
        return list(check_missing_adapters())

    return run


def test_check_is_registered():
    assert check_missing_adapters in COMPONENTS


def test_default_class_without_its_adapter_is_an_error(found):
    assert found(ADAPTER) == []
    (message,) = found()
    assert message.id == "token_revocation.E040"
    assert "DEFAULT_AUTHENTICATION_CLASSES accepts tokens of the kind 'authtoken'" in message.msg
    assert "AuthTokenAdapter to ADAPTERS" in message.hint


def test_view_class_without_its_adapter_is_an_error(found):
    (message,) = found(ADAPTER, views=[OwnView])
    assert "OwnView (/OwnView/) accepts tokens of the kind 'other'" in message.msg
    assert found(ADAPTER, f"{__name__}.OtherAdapter", views=[OwnView, OddView, APIView]) == []


def test_class_without_an_adapter_is_skipped(found):
    assert found(ADAPTER, default=UnfinishedAuthentication) == []
