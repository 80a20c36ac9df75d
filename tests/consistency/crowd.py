"""The clients: some log in, call and log out; others use what was ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from random import Random
from threading import Event

from tests.consistency.http import send
from tests.consistency.ledger import Credential

VISITORS = 6
HAMMERERS = 4


class Browser:
    """Sends requests to any of ``hosts``, each over a connection of its own, and notes the answers."""

    def __init__(self, hosts, ledger, seed):
        self._hosts, self._ledger = hosts, ledger
        self.random = Random(seed)  # noqa: S311

    def ask(self, method, path, *, credential=None, host=None, **body):
        authorization = f"{credential.scheme} {credential.raw}" if credential else ""
        host = host or self.random.choice(self._hosts)
        answer = send(host.port, method, path, authorization, body)
        self._ledger.note(answer, f"{method} {path}")
        return answer


def log_in_for_jwt(browser, user):
    answer = browser.ask("POST", "/jwt/token/", username=user, password="secret")
    if answer.accepted:
        body = answer.body
        return Credential(scheme="Bearer", raw=body["access"], refresh=body["refresh"])


def log_in(browser, user):
    answer = browser.ask("POST", "/auth/login/", username=user, password="secret")
    if answer.accepted:
        return Credential(scheme="Token", raw=answer.body["token"])


def log_out(browser, credential):
    return browser.ask("POST", "/auth/logout/", credential=credential)


def log_out_everywhere(browser, credential):
    return browser.ask("POST", "/auth/logout/all/", credential=credential)


def revoke(browser, credential):
    return browser.ask("POST", "/auth/revoke/", token=credential.raw)


VISITS = [
    (log_in_for_jwt, log_out),
    (log_in, log_out),
    (log_in_for_jwt, log_out_everywhere),
    (log_in, revoke),
    (log_in_for_jwt, revoke),
]


class Crowd:
    """All of them, until the end of :meth:`at_work`; after :meth:`close` nobody comes in."""

    def __init__(self, hosts, ledger, pause):
        self._hosts, self._ledger, self._pause = hosts, ledger, pause
        self._closed = Event()
        self._over = Event()

    def close(self):
        self._closed.set()

    @contextmanager
    def at_work(self):
        works = [self._visit] * VISITORS + [self._hammer] * HAMMERERS
        with ThreadPoolExecutor(len(works)) as pool:
            running = [pool.submit(work, number) for number, work in enumerate(works)]
            try:
                yield
            finally:
                self._closed.set()
                self._over.set()
            for each in running:
                each.result()

    def _visit(self, number):
        """Log in, call, log out, again and again, as a user that nobody else is."""
        browser = Browser(self._hosts, self._ledger, number)
        visits = cycle(VISITS[number % len(VISITS) :] + VISITS[: number % len(VISITS)])
        while not self._closed.is_set():
            enter, leave = next(visits)
            credential = enter(browser, f"user{number}")
            if credential:
                self._ledger.note_login()
                for _ in range(3):
                    answer = browser.ask("GET", "/notes/", credential=credential)
                    self._ledger.note_living(answer)
                self._leave(browser, credential, leave)
            self._closed.wait(self._pause)

    def _leave(self, browser, credential, leave):
        """Until it is acknowledged; a 401 says no more than that the token is of no use."""
        while not self._closed.is_set():
            answer = leave(browser, credential)
            if answer.accepted:
                return self._ledger.note_end(credential, answer)
            if answer.status == 401:
                return None
            self._closed.wait(0.05)
        return None

    def _hammer(self, number):
        """Use what was ended: mostly what was just now."""
        browser = Browser(self._hosts, self._ledger, number)
        while not self._over.is_set():
            recent = self._ledger.recent(self._ledger.bound + 2)
            if not recent:
                self._over.wait(0.01)
                continue
            use(browser, self._ledger, browser.random.choice(recent))


def use(browser, ledger, credential, host=None):
    """Ask with a token that was ended, or have its refresh token make another."""
    if credential.refresh and browser.random.random() < 0.2:
        path, body = "/jwt/token/refresh/", {"refresh": credential.refresh}
        answer = browser.ask("POST", path, host=host, **body)
    else:
        answer = browser.ask("GET", "/notes/", credential=credential, host=host)
    ledger.note_dead(credential, answer)
    return answer
