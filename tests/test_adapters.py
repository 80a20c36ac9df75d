from __future__ import annotations

from datetime import timedelta

import pytest

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.tokens import TokenRef

TOKEN = TokenRef(kind="minimal", identifier="1")


class MinimalAdapter(TokenAdapter):
    """Implements the one abstract method."""

    kind = "minimal"

    def identify(self, token):
        return TOKEN


class OtherAdapter(MinimalAdapter):
    kind = "other"


def test_identify_is_abstract():
    class Abstract(TokenAdapter):
        kind = "abstract"

    with pytest.raises(TypeError, match="identify"):
        Abstract()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda adapter: adapter.resolve("raw"), None),
        (lambda adapter: adapter.issue(None), None),
        (lambda adapter: tuple(adapter.active_tokens(None)), ()),
        (lambda adapter: tuple(adapter.describe_tokens(None)), ()),
        (lambda adapter: tuple(adapter.related_tokens(TOKEN)), ()),
        (lambda adapter: tuple(adapter.revoked_tokens(batch_size=1)), ()),
        (lambda adapter: adapter.token_models, ()),
        (lambda adapter: adapter.issuer, ""),
        (lambda adapter: adapter.delete_stored(TOKEN), None),
        (lambda adapter: dict(adapter.claims(None)), {}),
        (lambda adapter: adapter.check(), []),
        (lambda adapter: adapter.lifetime, None),
        (lambda adapter: adapter.leeway, timedelta(0)),
        (lambda adapter: adapter.reuses_stored_token, False),
        (lambda adapter: adapter.subject_types, ("user",)),
        (lambda adapter: adapter.admin_models, ()),
        (lambda adapter: dict(adapter.admin_classes), {}),
    ],
)
def test_other_methods_have_safe_defaults(call, expected):
    assert call(MinimalAdapter()) == expected


def test_adapters_are_used_in_the_order_of_the_setting(settings):
    paths = [f"{__name__}.OtherAdapter", f"{__name__}.MinimalAdapter"]
    settings.TOKEN_REVOCATION = {"ADAPTERS": paths}
    assert list(get_adapters()) == ["other", "minimal"]
    assert isinstance(get_adapters()["minimal"], MinimalAdapter)


def test_adapters_are_created_again_when_the_setting_changes(settings):
    before = get_adapters()
    assert get_adapters() is before
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.MinimalAdapter"]}
    assert list(get_adapters()) == ["minimal"]


def test_other_settings_do_not_recreate_adapters(settings):
    before = get_adapters()
    settings.USE_TZ = settings.USE_TZ
    assert get_adapters() is before


def test_the_mapping_is_read_only():
    with pytest.raises(TypeError):
        get_adapters()["more"] = MinimalAdapter()


def test_the_default_adapter_is_authtoken(settings):
    settings.TOKEN_REVOCATION = {}
    (adapter,) = get_adapters().values()
    assert isinstance(adapter, AuthTokenAdapter)


def test_tokens_without_a_time_of_creation_are_left_alone():
    row = object()
    assert MinimalAdapter().date_stored(row) is None
