from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from token_revocation import services
from token_revocation.checks import check_token_revocation
from token_revocation.stores import get_store
from token_revocation.stores.snapshot import SnapshotStore, news
from token_revocation.stores.snapshot.background import Background
from token_revocation.stores.snapshot.news import News
from token_revocation.stores.snapshot.push import Push
from token_revocation.testing import make_token

HERE = f"{__name__}.Wire"
POSTGRES = "token_revocation.stores.snapshot.push.postgres.PostgresPush"
SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"


class Wire(Push):
    """Remembers what it is told, and fails when it should."""

    def __init__(self, *, using="default", broken=False):
        super().__init__(using=using)
        self.broken = broken
        self.calls = []
        self.said = threading.Event()

    def send(self):
        self._note("send")

    def listen(self):
        self._note("listen")

    def wait(self, seconds):
        return self.said.wait(seconds)

    def hang_up(self):
        super().hang_up()
        self._note("hang up")

    def _note(self, word):
        self.calls.append(word)
        if self.broken:
            raise OSError("broken")


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(news, "elapsed", lambda: Clock.now)
    monkeypatch.setattr(news, "TURN", 0.0)
    return Clock


def test_what_is_said_is_told(wire, clock):
    told = []
    heard = News(wire, lambda: told.append(1))
    heard._listen()
    assert told == [1]  # What was said before it listened.
    heard._listen()
    assert told == [1]
    wire.said.set()
    assert heard._listen() == 0.0
    assert told == [1, 1]


def test_now_and_then_it_makes_sure_that_it_is_heard(wire, clock):
    heard = News(wire, lambda: None)
    heard._listen()
    heard._listen()
    assert wire.calls == ["listen"]
    clock.now += news.SURE_FOR
    heard._listen()
    assert wire.calls == ["listen", "listen"]


def test_a_wire_that_breaks_is_logged_once_and_taken_up_again(wire, clock, caplog):
    told = []
    heard = News(wire, lambda: told.append(1))
    wire.broken = True
    assert [heard._listen(), heard._listen()] == [news.REST] * 2
    assert wire.calls == ["listen", "hang up"] * 2
    assert caplog.text.count("The push fails") == 1
    assert told == []
    wire.broken = False
    assert heard._listen() == 0.0
    assert told == [1]


def test_a_wire_that_breaks_fails_no_revocation_and_is_left_alone_for_a_second(wire, clock, caplog):
    heard = News(wire, lambda: None)
    wire.broken = True
    heard.send()
    heard.send()
    assert wire.calls == ["send"]
    assert caplog.text.count("The push fails") == 1
    wire.broken, clock.now = False, clock.now + news.REST
    heard.send()
    assert wire.calls == ["send", "send"]


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_when_it_is_committed_and_not_before():
    store = SnapshotStore(push=HERE, background=False)
    sent = store._news._push.calls
    with transaction.atomic():
        store.publish([make_token().key])
    assert sent == []
    store.publish([make_token().key])
    assert sent == ["send"]


@pytest.mark.django_db
def test_the_thread_that_listens_starts_with_the_first_question(monkeypatch, settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": HERE}}
    started = []
    monkeypatch.setattr(Background, "start", lambda thread: started.append(thread) or True)
    store = get_store()
    services.revoke(make_token())
    assert (started, store.status()["listening"]) == ([], False)
    store.is_revoked(make_token())
    assert started == store._threads
    assert len(started) == 2


@pytest.mark.django_db
def test_nobody_loads_before_somebody_listens(monkeypatch, settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": HERE}}
    started = []
    monkeypatch.setattr(
        Background, "start", lambda thread: started.append(thread)
    )  # The system has no thread left.
    store = get_store()
    for _ in range(2):
        store.is_revoked(make_token())
    assert started == [store._news.background] * 2


def test_a_thread_listens_until_the_end(wire):
    told = threading.Event()
    heard = News(wire, told.set)
    heard.background.start()
    assert told.wait(10)
    assert heard.is_heard
    heard.background.end()
    heard.background.join()
    assert not heard.is_heard


def test_a_fork_has_a_wire_of_its_own():
    store = SnapshotStore(push=HERE)
    before = store._news
    store.start_over()
    assert store._news is not before
    assert store._news._push is not before._push


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"push": HERE}, set()),
        ({"push": HERE, "push_options": {"colour": "red"}}, {"token_revocation.E013"}),
        ({"push": "nowhere.Push"}, {"token_revocation.E013"}),
        ({"refresh_every": None}, {"token_revocation.E013"}),
        ({"refresh_every": float("inf")}, {"token_revocation.E012"}),
    ],
)
def test_options_that_do_not_fit_are_found(settings, options, expected):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": options}
    assert {message.id for message in check_token_revocation()} == expected


def test_another_database_has_no_notify(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": POSTGRES}}
    expected = set() if connection.vendor == "postgresql" else {"token_revocation.E014"}
    assert {message.id for message in check_token_revocation()} == expected
