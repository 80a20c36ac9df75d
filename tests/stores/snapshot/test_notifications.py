from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from tests.stores.snapshot.pushes import POSTGRES, REDIS
from token_revocation import services
from token_revocation._checks import check_token_revocation
from token_revocation.stores import get_store
from token_revocation.stores.snapshot import SnapshotStore, _notifications
from token_revocation.stores.snapshot._notifications import Notifications
from token_revocation.stores.snapshot._worker import Worker
from token_revocation.stores.snapshot.push import READ_DATABASE, Push
from token_revocation.testing import make_token

FAKE_PUSH = f"{__name__}.FakePush"
SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"


class FakePush(Push):
    """Records the calls, and fails while it is broken."""

    def __init__(self, *, using="default", broken=False):
        super().__init__(using=using)
        self.broken = broken
        self.is_continued = False
        self.calls, self.arrived = [], []

    def send(self, message):
        self._record("send")

    def listen(self):
        self._record("listen")
        return not self.is_continued

    def wait(self, seconds):
        arrived, self.arrived = self.arrived, []
        return arrived

    def disconnect(self):
        super().disconnect()
        self._record("disconnect")

    def _record(self, name):
        self.calls.append(name)
        if self.broken:
            raise OSError("broken")


@pytest.fixture
def push():
    return FakePush()


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(_notifications, "monotonic", lambda: Clock.now)
    monkeypatch.setattr(_notifications, "POLL_INTERVAL_SECONDS", 0.0)
    return Clock


def test_each_message_calls_the_callback(push, clock):
    received = []
    notifications = Notifications(push, received.append)
    notifications._poll()
    assert received == [READ_DATABASE]  # For messages that were lost before.
    notifications._poll()
    push.arrived = ["first", "second"]
    assert notifications._poll() == 0.0
    assert received == [READ_DATABASE, "first", "second"]


def test_a_push_that_lost_no_message_does_not_read_the_database(push, clock):
    received, push.is_continued = [], True
    notifications = Notifications(push, received.append)
    push.arrived = ["missed"]
    notifications._poll()
    assert received == ["missed"]


def test_the_push_listens_again_at_intervals(push, clock):
    notifications = Notifications(push, str)
    notifications._poll()
    notifications._poll()
    assert push.calls == ["listen"]
    clock.now += _notifications.RELISTEN_INTERVAL_SECONDS
    notifications._poll()
    assert push.calls == ["listen", "listen"]


def test_a_failed_push_is_logged_once_and_retried(push, clock, caplog):
    received = []
    notifications = Notifications(push, received.append)
    push.broken = True
    assert [notifications._poll(), notifications._poll()] == [
        _notifications.RETRY_DELAY_SECONDS
    ] * 2
    assert push.calls == ["listen", "disconnect"] * 2
    assert caplog.text.count("The push failed") == 1
    assert received == []
    push.broken = False
    assert notifications._poll() == 0.0
    assert received == [READ_DATABASE]


def test_a_failed_send_raises_nothing_and_is_not_repeated_for_a_second(push, clock, caplog):
    notifications = Notifications(push, str)
    push.broken = True
    notifications.send("message")
    notifications.send("message")
    assert push.calls == ["send"]
    assert caplog.text.count("The push failed") == 1
    push.broken, clock.now = False, clock.now + _notifications.RETRY_DELAY_SECONDS
    notifications.send("message")
    assert push.calls == ["send", "send"]


@pytest.mark.django_db(transaction=True)
def test_a_message_is_sent_after_the_commit():
    store = SnapshotStore(push=FAKE_PUSH, background=False)
    sent = store._get_refresher("default").notifications._push.calls
    with transaction.atomic():
        store.invalidate([make_token().key])
    assert sent == []
    store.invalidate([make_token().key])
    assert sent == ["send"]


@pytest.mark.django_db
def test_the_listening_thread_starts_with_the_first_lookup(monkeypatch, settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": FAKE_PUSH}}
    started = []
    monkeypatch.setattr(Worker, "start", lambda thread: started.append(thread) or True)
    store = get_store()
    services.revoke(make_token())
    assert (started, store.status()["listening"]) == ([], False)
    store.is_revoked(make_token())
    assert started == store._get_refresher("default").workers
    assert len(started) == 2


@pytest.mark.django_db
def test_the_refresh_thread_does_not_start_before_the_listening_thread(monkeypatch, settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": FAKE_PUSH}}
    started = []
    monkeypatch.setattr(
        Worker, "start", lambda thread: started.append(thread)
    )  # As if the system could not start a thread.
    store = get_store()
    for _ in range(2):
        store.is_revoked(make_token())
    assert started == [store._get_refresher("default").notifications.worker] * 2


def test_the_thread_listens_until_it_is_stopped(push):
    received = threading.Event()
    notifications = Notifications(push, lambda message: received.set())
    notifications.worker.start()
    assert received.wait(10)
    assert notifications.is_listening
    notifications.worker.stop()
    notifications.worker.join()
    assert not notifications.is_listening


def test_a_forked_store_has_its_own_push():
    store = SnapshotStore(push=FAKE_PUSH)
    before = store._get_refresher("default").notifications
    store.reset_after_fork()
    after = store._get_refresher("default").notifications
    assert after is not before
    assert after._push is not before._push


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"push": FAKE_PUSH}, set()),
        ({"push": FAKE_PUSH, "push_options": {"colour": "red"}}, {"token_revocation.E013"}),
        ({"push": REDIS, "push_options": {}}, {"token_revocation.E013"}),
        ({"push": REDIS, "push_options": {"url": "localhost"}}, {"token_revocation.E013"}),
        ({"push": "nowhere.Push"}, {"token_revocation.E013"}),
        ({"refresh_every": None}, {"token_revocation.E013"}),
        ({"refresh_every": float("inf")}, {"token_revocation.E012"}),
    ],
)
def test_invalid_options_are_reported(settings, options, expected):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": options}
    assert {message.id for message in check_token_revocation()} == expected


def test_another_database_is_reported(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": POSTGRES}}
    expected = set() if connection.vendor == "postgresql" else {"token_revocation.E014"}
    assert {message.id for message in check_token_revocation()} == expected
