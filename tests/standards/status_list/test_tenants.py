"""Status lists of tenants are separate, although their ids are equal."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from token_revocation.standards.status_list import _tokens
from token_revocation.standards.status_list._allocation import status_claim
from token_revocation.standards.status_list.models import StatusList

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.fixture
def serve(monkeypatch, make):
    """Return a function that returns the signed list for a tenant."""
    status_claim(make())
    list_id = StatusList.objects.get().pk

    def document_of(tenant):
        scope = tenant and ("default", tenant)
        monkeypatch.setattr(_tokens, "current_scope", lambda using: scope)
        return _tokens.get_signed_list(list_id)

    yield document_of
    _tokens.cached_lists.cache_clear()


def test_each_tenant_has_its_own_list(serve):
    assert serve("a") is serve("a")
    assert serve("b") is not serve("a")


def test_list_without_a_tenant_scope_is_not_cached(serve):
    assert serve(None) is not serve(None)
