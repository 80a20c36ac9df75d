from __future__ import annotations

import threading
import time
from threading import Thread

import pytest
from django.db import connections

from token_revocation.stores.snapshot.background import Background


class Work:
    """Counts, and rests for ``pause`` seconds."""

    def __init__(self, pause):
        self.pause = pause
        self.times = []
        self.threads = set()
        self.done = threading.Event()

    def __call__(self):
        self.times.append(time.monotonic())
        self.threads.add(threading.current_thread())
        self.done.set()
        return self.pause

    def next(self):
        """Whether it is done once more within some seconds."""
        done = self.done.wait(10)
        self.done.clear()
        return done


@pytest.fixture
def run():
    """Starts a background; they all end with the test."""
    running = []

    def start(work, **options):
        background = Background(work, **options)
        running.append(background)
        background.start()
        return background

    yield start
    for background in running:
        background.end()
        background.join()
        assert not background.is_alive


def test_it_works_again_and_again(run):
    work = Work(pause=0.001)
    run(work)
    assert all(work.next() for _ in range(3))


def test_it_rests_as_long_as_the_work_says(run):
    work = Work(pause=60)
    run(work)
    assert work.next()
    assert not work.done.wait(0.05)


def test_while_it_is_paused_it_does_nothing(run):
    work = Work(pause=0.001)
    background = run(work)
    assert work.next()
    background.pause()
    work.done.clear()
    assert not work.done.wait(0.05)
    background.go_on()
    assert work.next()


def test_a_pause_comes_after_the_work_but_does_not_wait_for_ever(run, monkeypatch):
    begun, done, ended = threading.Event(), threading.Event(), []

    def work():
        begun.set()
        done.wait(10)
        ended.append(True)
        return 0.001

    background = run(work)
    assert begun.wait(10)
    monkeypatch.setattr("token_revocation.stores.snapshot.background.PATIENCE", 0.01)
    background.pause()
    background.go_on()
    assert ended == []
    monkeypatch.undo()
    threading.Timer(0.05, done.set).start()
    background.pause()
    assert ended
    background.go_on()


def test_news_end_the_rest(run):
    work = Work(pause=60)
    background = run(work)
    assert work.next()
    background.wake()
    assert work.next()


def test_news_do_not_make_it_work_more_often_than_it_may(run):
    work = Work(pause=60)
    background = run(work, least=0.05)
    for _ in range(4):
        assert work.next()
        background.wake()
    gaps = [later - earlier for earlier, later in zip(work.times, work.times[1:], strict=False)]
    assert min(gaps) > 0.04


def test_news_that_come_during_the_work_are_not_lost(run):
    background = None

    def work():
        counted.append(1)
        if len(counted) == 1:
            background.wake()
        else:
            done.set()
        return 60

    counted, done = [], threading.Event()
    background = Background(work)
    background.start()
    assert done.wait(10)
    background.end()
    background.join()


def test_one_thread_does_all_of_it(run):
    work = Work(pause=0.001)
    background = run(work)
    starters = [Thread(target=background.start) for _ in range(10)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert all(work.next() for _ in range(3))
    assert len(work.threads) == 1
    assert work.threads.pop().daemon


def test_one_that_was_never_started_can_end():
    background = Background(lambda: 1.0)
    background.end()
    background.join()
    assert not background.is_alive


def test_one_that_ends_while_it_works_does_not_rest(run):
    work = Work(pause=60)
    background = Background(lambda: background.end() or work())
    background.start()
    assert work.next()
    background.join()
    assert not background.is_alive


def test_a_system_without_a_thread_to_spare_is_asked_again(monkeypatch, caplog, run):
    def fail(self):
        raise RuntimeError("can't start new thread")

    work = Work(pause=60)
    with monkeypatch.context() as patch:
        patch.setattr(Thread, "start", fail)
        background = run(work)
    assert "No thread could be started" in caplog.text
    assert not background.is_alive
    background.start()
    assert work.next()


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_fails_leaves_no_connection_open(run):
    opened = []

    def work():
        connections["default"].ensure_connection()
        opened.append(connections["default"])
        raise RuntimeError

    run(work).join()
    assert [each.connection for each in opened] == [None]
