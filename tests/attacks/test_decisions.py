"""Stores, requests, services, introspection, status lists and feeds agree on what is revoked."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import uuid4

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("rest_framework_simplejwt")

from rest_framework.permissions import IsAuthenticated
from rest_framework.test import APIClient, APIRequestFactory

from tests.attacks.token_population import TokenPopulation
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.contrib.simplejwt import RevocableJWTStatelessUserAuthentication
from token_revocation.models import RevokedToken
from token_revocation.standards.event_feed._cursor import Position, events_after
from token_revocation.standards.event_feed._events import subject_identifier
from token_revocation.standards.status_list._allocation import _lookup_columns
from token_revocation.standards.status_list._builder import revoked_indices
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.stores import get_store
from token_revocation.testing.authentication import WhoAmIView

pytestmark = pytest.mark.django_db

STORES = "token_revocation.stores"
CLASSES = [RevocableTokenAuthentication, RevocableJWTStatelessUserAuthentication]

CONFIGURATIONS = {
    "database": {},
    "cached": {"STORE": f"{STORES}.cached.CachedStore", "STORE_OPTIONS": {"timeout": 60.0}},
    "snapshot": {
        "STORE": f"{STORES}.snapshot.SnapshotStore",
        "STORE_OPTIONS": {"background": False, "refresh_every": 3600.0},
    },
}


@pytest.fixture
def population(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ROOT_URLCONF = "tests.standards.urls"
    configure(settings, "database")
    return TokenPopulation(random.randrange(2**32))


def configure(settings, store, **more):
    """Configure ``store`` and both kinds of token."""
    adapters = ["authtoken.AuthTokenAdapter", "simplejwt.SimpleJWTAdapter"]
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": [f"token_revocation.contrib.{adapter}" for adapter in adapters],
        "ISSUER": "https://api.example.com",
        **CONFIGURATIONS[store],
        **more,
    }
    if store == "snapshot":
        get_store().refresh()


def is_rejected(token):
    view = WhoAmIView.as_view(authentication_classes=CLASSES, permission_classes=[IsAuthenticated])
    header = f"{token.scheme} {token.raw}"
    return view(APIRequestFactory().get("/", HTTP_AUTHORIZATION=header)).status_code == 401


def disagreements(population, decide):
    return [
        token.ref
        for token in population.tokens
        if decide(token) != population.is_revoked(token.ref)
    ]


def test_the_population_has_revoked_and_valid_tokens_of_both_kinds(population):
    answers = {(token.ref.kind, population.is_revoked(token.ref)) for token in population.tokens}
    assert len(answers) == 4
    assert len(population.tokens) >= 5000


@pytest.mark.parametrize("store", CONFIGURATIONS)
def test_stores_and_requests_agree(population, settings, store):
    configure(settings, store)
    for _ in range(2):  # The second lookup hits the cache.
        assert disagreements(population, lambda token: get_store().is_revoked(token.ref)) == []
    assert disagreements(population, is_rejected) == []


def test_requests_with_cached_authentications_agree(population, settings):
    configure(settings, "snapshot", AUTHENTICATION_CACHE_TTL=timedelta(minutes=5))
    for _ in range(2):
        assert disagreements(population, is_rejected) == []


def test_services_and_active_tokens_agree(population):
    def is_revoked(token):
        return services.is_revoked(token.ref, using="default")

    active = {ref.key for user in population.users for ref in services.active_tokens(user)}
    assert disagreements(population, is_revoked) == []
    stored = [token.ref for token in population.tokens if token.ref.kind == "authtoken"]
    assert [ref for ref in stored if (ref.key in active) == population.is_revoked(ref)] == []


def test_introspection_agrees(population, settings):
    names = ["authtoken.RevocableTokenAuthentication", "simplejwt.RevocableJWTAuthentication"]
    classes = [f"token_revocation.contrib.{name}" for name in names]
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": classes,
        "DEFAULT_THROTTLE_RATES": {"token_revocation": None, "introspection": None},
    }
    caller = APIClient()
    caller.force_authenticate(UserFactory(is_superuser=True))

    def is_inactive(token):
        answer = caller.post("/introspect/", {"token": token.raw}, format="json")
        assert answer.status_code == 200, answer.content
        return not answer.json()["active"]

    assert disagreements(population, is_inactive) == []


def test_the_status_list_agrees(population):
    expires_at = population.tokens[-1].ref.expires_at
    status_list = StatusList.objects.create(size=2**13, window=0, expires_at=expires_at)
    indices = {token.ref.key: index for index, token in enumerate(population.tokens)}
    ListedToken.objects.bulk_create(
        ListedToken(
            status_list=status_list,
            index=indices[token.ref.key],
            **{**_lookup_columns(token.ref), "expires_at": expires_at},
        )
        for token in population.tokens
    )
    revoked = revoked_indices(status_list)
    assert disagreements(population, lambda token: indices[token.ref.key] in revoked) == []


def test_the_status_list_agrees_on_sessions(population):
    """One index for each session: set if a token of it is revoked, or a subject of it."""
    expires_at = population.tokens[-1].ref.expires_at
    status_list = StatusList.objects.create(size=2**13, window=0, expires_at=expires_at)
    tokens = [t.ref for t in population.tokens if t.ref.subject("session")]
    indices = {ref.key: index for index, ref in enumerate(tokens)}
    name = status_list.pk.hex[:16]
    ListedToken.objects.bulk_create(
        ListedToken(
            status_list=status_list,
            index=indices[ref.key],
            **{**_lookup_columns(ref), "key": uuid4(), "expires_at": expires_at},
        )
        for ref in tokens
    )
    for row in RevokedToken.objects.filter(key__in=population.revoked & indices.keys()):
        # An access token that a refresh issued has no row, but names the index.
        row.identifier = f"{name}.{indices[row.key]}.{row.identifier}"
        row.save()
    revoked = revoked_indices(status_list)
    assert [r for r in tokens if (indices[r.key] in revoked) != population.is_revoked(r)] == []


def test_the_event_feed_agrees(population):
    """Decide as a gateway does, from the events and the claims of a token alone."""
    tokens, cutoffs = set(), []
    for _, row in events_after(Position(0, 0, 0), 10_000, "default"):
        match subject_identifier(row):
            case {"format": "jwt_id", "jti": jti}:
                tokens.add(jti)
            case {"format": "opaque", "id": name}:
                tokens.add(name.partition(":")[2])
            case {"format": "iss_sub", "sub": sub}:
                cutoffs.append((("user", sub), row))
            case {"format": "complex", "session": {"id": sid}}:
                cutoffs.append((("session", sid), row))
            case {"format": "complex", "tenant": _}:
                cutoffs.append((("everyone", ""), row))

    def is_revoked(token):
        ref = token.ref
        names = {(subject.type, subject.id) for subject in ref.subjects} | {("everyone", "")}
        return ref.identifier in tokens or any(
            name in names and ref.is_revoked_by(not_before=row.not_before, kept=row.kept)
            for name, row in cutoffs
        )

    assert disagreements(population, is_revoked) == []
