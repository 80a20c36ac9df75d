"""Logins of other packages during which the account changes.

``test_packages.py`` runs this module in a subprocess.
"""

from __future__ import annotations

import pytest

from tests.attacks.test_login_races import CHANGES, during_login  # noqa: F401
from tests.package_logins import PACKAGE_LOGINS, make_login
from tests.recipes.urls import urlpatterns as recipe_urlpatterns

pytestmark = pytest.mark.django_db

urlpatterns = recipe_urlpatterns


@pytest.fixture(params=PACKAGE_LOGINS)
def log_in(request, settings):
    """Log in at one of the endpoints."""
    settings.ROOT_URLCONF = __name__
    return make_login(PACKAGE_LOGINS, request.param, settings)


# allauth fails if the user is deleted before its login is stored.
ACCOUNT_CHANGES = {name: change for name, change in CHANGES.items() if name != "deletion"}


@pytest.mark.parametrize("change", ACCOUNT_CHANGES.values(), ids=ACCOUNT_CHANGES)
def test_no_token_is_issued_if_the_account_changes(user, log_in, during_login, change):  # noqa: F811
    during_login(change)
    answer = log_in(user)
    assert answer.status_code in {400, 401}, answer.content
    assert "_token" not in answer.content.decode()


def test_a_login_succeeds_if_nothing_changes(user, log_in, during_login):  # noqa: F811
    during_login(lambda user: user.save())
    assert log_in(user).status_code == 200
