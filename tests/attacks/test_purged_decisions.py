"""After a purge of cutoffs, all interfaces still agree on what is revoked."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("rest_framework_simplejwt")

from django.contrib.auth import get_user_model

from tests.attacks.test_decisions import (
    CONFIGURATIONS,
    configure,
    disagreements,
    is_rejected,
)
from tests.attacks.test_decisions import test_the_status_list_agrees as check_status_list
from tests.attacks.token_population import TokenPopulation, random_time
from token_revocation import services
from token_revocation._keys import watermark_key
from token_revocation.models import PurgeWatermark
from token_revocation.stores import get_store

pytestmark = pytest.mark.django_db

SCOPES = ("subject user", "subject session", "kind simplejwt")


class PurgedPopulation(TokenPopulation):
    """Tokens whose cutoffs were purged up to a watermark for each subject type and kind."""

    def is_revoked(self, ref):
        scopes = {f"kind {ref.kind}", *(f"subject {subject.type}" for subject in ref.subjects)}
        is_purged = any(ref.minted_at <= self.watermarks[scope] for scope in scopes & set(SCOPES))
        return is_purged or super().is_revoked(ref)

    def _revoke(self):
        super()._revoke()
        self.watermarks = {scope: random_time(self.rng) for scope in SCOPES}
        PurgeWatermark.objects.bulk_create(
            PurgeWatermark(key=watermark_key(*scope.split()), scope=scope, watermark=watermark)
            for scope, watermark in self.watermarks.items()
        )

    def _authtokens(self):
        self.users = self.users[:600]
        return super()._authtokens()


@pytest.fixture
def population(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ROOT_URLCONF = "tests.standards.urls"
    configure(settings, "database")
    return PurgedPopulation(random.randrange(2**32))


@pytest.mark.parametrize("store", CONFIGURATIONS)
def test_stores_and_requests_agree(population, settings, store):
    configure(settings, store)
    assert disagreements(population, lambda token: get_store().is_revoked(token.ref)) == []
    assert disagreements(population, is_rejected) == []


def test_active_tokens_agree(population):
    users = get_user_model().objects.filter(pk__in=[user.pk for user in population.users])
    active = {ref.key for user in users for ref in services.active_tokens(user)}
    stored = [token.ref for token in population.tokens if token.ref.kind == "authtoken"]
    assert [ref for ref in stored if (ref.key in active) == population.is_revoked(ref)] == []


def test_the_status_list_agrees(population):
    # A status list stores no kind, so it applies the latest watermark of both.
    population.tokens = [token for token in population.tokens if token.ref.kind == "simplejwt"]
    check_status_list(population)
