from __future__ import annotations

from datetime import timedelta

import pytest

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.tokens import TokenRef

TOKEN = TokenRef(kind="least", identifier="1")


class LeastAdapter(TokenAdapter):
    """Writes the one method that must be written."""

    kind = "least"

    def identify(self, token):
        return TOKEN


class OtherAdapter(LeastAdapter):
    kind = "other"


def test_a_kind_says_how_its_tokens_are_identified():
    class Silent(TokenAdapter):
        kind = "silent"

    with pytest.raises(TypeError, match="identify"):
        Silent()


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda adapter: adapter.read("raw"), None),
        (lambda adapter: adapter.issue(None), None),
        (lambda adapter: tuple(adapter.active_tokens(None)), ()),
        (lambda adapter: tuple(adapter.relatives(TOKEN)), ()),
        (lambda adapter: tuple(adapter.refused_tokens(batch_size=1)), ()),
        (lambda adapter: adapter.stored_in, ()),
        (lambda adapter: adapter.issuer, ""),
        (lambda adapter: adapter.destroy(TOKEN), None),
        (lambda adapter: dict(adapter.claims(None)), {}),
        (lambda adapter: adapter.check(), []),
        (lambda adapter: adapter.lifetime, None),
        (lambda adapter: adapter.leeway, timedelta(0)),
        (lambda adapter: adapter.reissues, False),
        (lambda adapter: adapter.subject_types, ("user",)),
        (lambda adapter: adapter.admin_models, ()),
        (lambda adapter: dict(adapter.admin_classes), {}),
    ],
)
def test_every_other_answer_has_a_safe_default(ask, answer):
    assert ask(LeastAdapter()) == answer


def test_the_settings_name_what_is_in_use_and_in_which_order(settings):
    paths = [f"{__name__}.OtherAdapter", f"{__name__}.LeastAdapter"]
    settings.TOKEN_REVOCATION = {"ADAPTERS": paths}
    assert list(get_adapters()) == ["other", "least"]
    assert isinstance(get_adapters()["least"], LeastAdapter)


def test_they_are_made_once_and_again_when_the_settings_change(settings):
    before = get_adapters()
    assert get_adapters() is before
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.LeastAdapter"]}
    assert list(get_adapters()) == ["least"]


def test_another_setting_leaves_them_alone(settings):
    before = get_adapters()
    settings.USE_TZ = settings.USE_TZ
    assert get_adapters() is before


def test_nobody_adds_to_them():
    with pytest.raises(TypeError):
        get_adapters()["more"] = LeastAdapter()


def test_without_a_word_they_are_those_of_drf(settings):
    settings.TOKEN_REVOCATION = {}
    (adapter,) = get_adapters().values()
    assert isinstance(adapter, AuthTokenAdapter)
