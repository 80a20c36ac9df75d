"""Change detection of status lists: cheap without changes, and complete."""

from __future__ import annotations

from datetime import timedelta

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.queries import capture_queries  # noqa: E402
from tests.standards.status_list.test_deleted_revocations import REVOCATIONS  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.models import RevokedToken  # noqa: E402
from token_revocation.standards.status_list import _tokens  # noqa: E402
from token_revocation.standards.status_list._allocation import status_claim  # noqa: E402
from token_revocation.stores.snapshot._revisions import assign_revision  # noqa: E402
from token_revocation.testing._databases import failing_database  # noqa: E402

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.fixture
def _settled(read_status, make):
    """A list whose latest revocation was detected and numbered."""
    services.revoke(make())
    read_status()
    read_status()


@pytest.mark.usefixtures("_settled")
def test_unchanged_list_costs_one_small_query(read_status):
    (sql,) = capture_queries(read_status)
    assert "listedtoken" not in sql


@pytest.mark.usefixtures("_settled")
@pytest.mark.parametrize("revocation", REVOCATIONS)
def test_each_kind_of_revocation_is_detected(read_status, token, revocation):
    REVOCATIONS[revocation](token)
    assert read_status() == 1


@pytest.mark.usefixtures("_settled")
def test_revocation_numbered_by_another_process_is_detected(read_status, token):
    services.revoke(token)
    assign_revision(connection.alias)
    assert read_status() == 1


@pytest.mark.usefixtures("_settled")
def test_token_listed_after_its_revocation_is_detected(read_status, make):
    services.revoke_everyone()
    assert read_status() == 1
    read_status()
    late = status_claim(make(issued_at=timezone.now() - timedelta(minutes=1)))["status_list"]
    assert read_status(late) == 1


@pytest.mark.usefixtures("_settled")
def test_revocation_that_cannot_be_numbered_is_detected(read_status, token):
    services.revoke(token)
    with failing_database("UPDATE", "revocationstate"):
        assert read_status() == 1
        RevokedToken.objects.get(key=token.key).delete()
        assert read_status() == 0


@pytest.mark.usefixtures("_settled")
def test_restored_revocation_is_detected(read_status, token):
    services.revoke(token)
    assert read_status() == 1
    services.restore(RevokedToken.objects.get(key=token.key))
    assert read_status() == 0


@pytest.mark.usefixtures("_settled")
def test_deletion_by_other_code_is_detected_within_a_minute(read_status, token, monkeypatch):
    services.revoke(token)
    revoked = read_status(), read_status()
    RevokedToken.objects.get(key=token.key).delete()
    assert (*revoked, read_status()) == (1, 1, 1)
    monkeypatch.setattr(_tokens, "REBUILD_INTERVAL_SECONDS", 0)
    assert read_status() == 0
