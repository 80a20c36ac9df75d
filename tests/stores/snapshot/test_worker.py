from __future__ import annotations

import threading
import time
from threading import Thread

import pytest
from django.db import connections

from token_revocation.stores.snapshot._worker import Worker


class Task:
    """Records its runs, and asks for a delay of ``pause`` seconds."""

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
        """Wait for the next run; return whether it came."""
        done = self.done.wait(10)
        self.done.clear()
        return done


@pytest.fixture
def run():
    """Start workers, which are stopped at the end of the test."""
    running = []

    def start(task, **options):
        worker = Worker(task, **options)
        running.append(worker)
        worker.start()
        return worker

    yield start
    for worker in running:
        worker.stop()
        worker.join()
        assert not worker.is_alive


def test_the_task_is_repeated(run):
    task = Task(pause=0.001)
    run(task)
    assert all(task.next() for _ in range(3))


def test_the_task_determines_the_delay(run):
    task = Task(pause=60)
    run(task)
    assert task.next()
    assert not task.done.wait(0.05)


def test_a_paused_worker_runs_no_task(run):
    task = Task(pause=0.001)
    worker = run(task)
    assert task.next()
    worker.pause()
    task.done.clear()
    assert not task.done.wait(0.05)
    worker.resume()
    assert task.next()


def test_a_pause_waits_for_the_task_but_not_forever(run, monkeypatch):
    started, done, finished = threading.Event(), threading.Event(), []

    def task():
        started.set()
        done.wait(10)
        finished.append(True)
        return 0.001

    worker = run(task)
    assert started.wait(10)
    monkeypatch.setattr("token_revocation.stores.snapshot._worker.PAUSE_TIMEOUT_SECONDS", 0.01)
    worker.pause()
    worker.resume()
    assert finished == []
    monkeypatch.undo()
    threading.Timer(0.05, done.set).start()
    worker.pause()
    assert finished
    worker.resume()


def test_waking_ends_the_delay(run):
    task = Task(pause=60)
    worker = run(task)
    assert task.next()
    worker.wake()
    assert task.next()


def test_waking_respects_the_minimum_interval(run):
    task = Task(pause=60)
    worker = run(task, min_interval=0.05)
    for _ in range(4):
        assert task.next()
        worker.wake()
    gaps = [later - earlier for earlier, later in zip(task.times, task.times[1:], strict=False)]
    assert min(gaps) > 0.04


def test_waking_during_the_task_is_not_lost(run):
    worker = None

    def task():
        counted.append(1)
        if len(counted) == 1:
            worker.wake()
        else:
            done.set()
        return 60

    counted, done = [], threading.Event()
    worker = Worker(task)
    worker.start()
    assert done.wait(10)
    worker.stop()
    worker.join()


def test_a_worker_has_one_thread(run):
    task = Task(pause=0.001)
    worker = run(task)
    starters = [Thread(target=worker.start) for _ in range(10)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert all(task.next() for _ in range(3))
    assert len(task.threads) == 1
    assert task.threads.pop().daemon


def test_a_worker_that_was_never_started_can_be_stopped():
    worker = Worker(lambda: 1.0)
    worker.stop()
    worker.join()
    assert not worker.is_alive


def test_a_worker_that_is_stopped_during_the_task_does_not_wait(run):
    task = Task(pause=60)
    worker = Worker(lambda: worker.stop() or task())
    worker.start()
    assert task.next()
    worker.join()
    assert not worker.is_alive


def test_a_failed_start_can_be_repeated(monkeypatch, caplog, run):
    def fail(self):
        raise RuntimeError("can't start new thread")

    task = Task(pause=60)
    with monkeypatch.context() as patch:
        patch.setattr(Thread, "start", fail)
        worker = run(task)
    assert "No thread could be started" in caplog.text
    assert not worker.is_alive
    worker.start()
    assert task.next()


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_failed_task_leaves_no_connection_open(run):
    opened = []

    def task():
        connections["default"].ensure_connection()
        opened.append(connections["default"])
        raise RuntimeError

    run(task).join()
    assert [each.connection for each in opened] == [None]
