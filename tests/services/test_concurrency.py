"""Two transactions that revoke the same token: the unique key decides, and neither fails."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.threads import isolated, knows_levels_of_isolation, needs_several_connections
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.testing import make_token

REPEATABLE_READ = "REPEATABLE READ"
LEVELS = ["READ COMMITTED", REPEATABLE_READ]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_several_connections,
    knows_levels_of_isolation,
]


@pytest.mark.trap("T13")
@pytest.mark.parametrize("level", LEVELS)
def test_one_of_two_calls_at_once_is_the_first(level):
    token = make_token()
    begun, stored = threading.Event(), threading.Event()

    def first():
        with isolated(level), transaction.atomic():
            created = services.revoke(token)
            stored.set()
            assert begun.wait(10)
            return created

    def revoke_or_try_again(level):
        if (connection.vendor, level) == ("postgresql", REPEATABLE_READ):
            # It names a conflict with a row that it does not show, so nothing can be claimed.
            with pytest.raises(RevocationUnavailable):
                services.revoke(token)
        return services.revoke(token)

    def second():
        with isolated(level):
            assert stored.wait(10)
            threading.Timer(0.5, begun.set).start()
            return revoke_or_try_again(level)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(first), pool.submit(second)]
    assert [answer.result() for answer in answers] == [True, False]
    assert RevokedToken.objects.count() == 1
