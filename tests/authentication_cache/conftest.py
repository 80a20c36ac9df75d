from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.authentication.requests import request_with
from tests.authentication_cache.kinds import KINDS, Owner, require, settings_for
from token_revocation import _token_sources
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.stores import _authentication_cache, get_store

MINUTE = timedelta(minutes=1)


@pytest.fixture
def use_cache(transactional_db, settings):
    """Configure ``SnapshotStore`` and the authentication cache."""

    def use(**values):
        settings.TOKEN_REVOCATION = {
            "STORE": "token_revocation.stores.snapshot.SnapshotStore",
            "STORE_OPTIONS": {"refresh_every": 30.0, "background": False},
            "AUTHENTICATION_CACHE_TTL": MINUTE,
            **values,
        }
        _authentication_cache.authentication_cache.clear()
        if hasattr(get_store(), "refresh"):
            get_store().refresh()

    use()
    return use


@pytest.fixture
def authenticate(token):
    """Return the user, the token and the number of queries of a request."""

    def run(authentication=RevocableTokenAuthentication):
        with CaptureQueriesContext(connection) as captured:
            user, found = authentication().authenticate(request_with(f"Token {token.key}"))
        return user, found, len(captured)

    return run


@pytest.fixture
def in_other_process(monkeypatch):
    """Call a function as if in another process, without invalidations in this one."""

    def call(function, *args, **kwargs):
        with monkeypatch.context() as patch:
            patch.setattr(
                _authentication_cache.AuthenticationCache, "invalidate", lambda *args: None
            )
            patch.setattr(type(get_store()), "invalidate", lambda *args: None)
            function(*args, **kwargs)

    return call


@pytest.fixture
def pass_time(monkeypatch):
    """Move the clock of the authentication cache."""

    def shift(seconds):
        original = _authentication_cache.monotonic
        for module in (_authentication_cache, _token_sources):
            monkeypatch.setattr(module, "monotonic", lambda: original() + seconds)

    return shift


@pytest.fixture(params=KINDS)
def kind_name(request):
    return request.param


@pytest.fixture
def owner_of(use_cache, settings, kind_name):
    """Create a client of a user, with a token of the kind."""
    kind = KINDS[kind_name]
    require(kind)
    for name, value in settings_for(kind).items():
        setattr(settings, name, value)
    use_cache(ADAPTERS=[kind.adapter])
    return partial(Owner, kind)


@pytest.fixture
def owner(owner_of, user):
    """A client of ``user`` with a token of each kind."""
    return owner_of(user)


@pytest.fixture
def cached(owner):
    """A client whose token is cached."""
    owner.authenticate()
    assert owner.authenticate()[2] == 0
    return owner


@pytest.fixture
def access(user):
    """An access token of ``user``."""
    from tests.authentication_cache.jwts import make_token

    return make_token(user)


@pytest.fixture
def verified(monkeypatch):
    """The raw JWTs whose signatures were verified."""
    jwt = pytest.importorskip("jwt")
    raws, decode = [], jwt.decode

    def record(raw, *args, **kwargs):
        raws.append(raw)
        return decode(raw, *args, **kwargs)

    monkeypatch.setattr(jwt, "decode", record)
    return raws
