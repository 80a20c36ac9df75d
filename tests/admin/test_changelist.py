"""Date hierarchy, columns and filters of the lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevokedToken
from token_revocation.tokens import TokenRef

REVOKED = "/admin/token_revocation/revokedtoken/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"
LEAP_DAY = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.fixture
def old(db):
    services.revoke(TokenRef(kind="x", identifier="1"))
    RevokedToken.objects.update(revoked_at=LEAP_DAY)
    services.revoke(TokenRef(kind="x", identifier="2"))


def dates(client, **chosen):
    query = {f"revoked_at__{part}": value for part, value in chosen.items()}
    page = client.get(REVOKED, query)
    shown = page.context["cl"].date_choices()
    titles = [str(choice["title"]) for choice in shown["choices"]]
    return shown, titles, page.context["cl"].result_count


def test_years_start_with_the_oldest_row(superuser_client, old):
    shown, titles, _ = dates(superuser_client)
    assert titles == [str(year) for year in range(2024, now().year + 1)]
    assert shown["back"] is None


def test_date_hierarchy_has_months_and_days(superuser_client, old):
    shown, titles, count = dates(superuser_client, year=2024)
    assert (titles[0], len(titles), count) == ("January 2024", 12, 1)
    assert shown["back"] == {"link": "?", "title": "All dates"}

    shown, titles, count = dates(superuser_client, year=2024, month=2)
    assert (titles[-1], len(titles), count) == ("February 29", 29, 1)
    assert shown["back"] == {"link": "?revoked_at__year=2024", "title": "2024"}


def test_date_hierarchy_filters_by_day(superuser_client, old):
    shown, titles, count = dates(superuser_client, year=2024, month=2, day=29)
    assert (titles, count) == (["February 29"], 1)
    assert shown["back"]["title"] == "February 2024"
    assert dates(superuser_client, year=2024, month=2, day=28)[2] == 0


def test_date_links_keep_other_filters(superuser_client, old):
    page = superuser_client.get(REVOKED, {"kind": "x"}).text
    assert 'href="?kind=x&amp;revoked_at__year=2024"' in page


def test_empty_list_has_no_date_hierarchy(superuser_client):
    assert not dates(superuser_client)[0]["show"]


def test_invalid_date_is_redirected(superuser_client, old):
    assert superuser_client.get(REVOKED, {"revoked_at__year": "x"}).status_code == 302


def test_columns_of_revoked_tokens(superuser_client, old):
    page = superuser_client.get(REVOKED)
    assert page.context["cl"].list_display[1:] == [
        "kind",
        "fingerprint",
        "user",
        "reason_label",
        "revoked_by",
        "revoked_at",
        "expiry",
    ]
    assert "never" in page.text


def test_cutoffs_are_filtered_by_subject_type(superuser_client):
    services.revoke_session("s1")
    services.revoke_everyone()
    page = superuser_client.get(CUTOFFS, {"subject_type": "session"})
    assert [str(row) for row in page.context["cl"].result_list] == ["session s1"]
    assert "Show counts" not in page.text
    assert "There may be more rows." not in page.text
