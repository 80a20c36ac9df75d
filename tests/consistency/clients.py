"""Concurrent clients: some log in, call the API, refresh and log out; others replay tokens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from random import Random
from threading import Event

from tests.consistency.http import send
from tests.consistency.records import Credential
from tests.consistency.session_clients import SESSION_CLIENTS, SessionClient

LOGIN_CLIENTS = 6
REPLAY_CLIENTS = 4


class Browser:
    """Sends requests to random hosts, each on its own connection, and records the responses."""

    def __init__(self, hosts, record, seed):
        self._hosts, self._record = hosts, record
        self.random = Random(seed)

    def request(self, method, path, *, credential=None, host=None, **body):
        authorization = f"{credential.scheme} {credential.raw}" if credential else ""
        host = host or self.random.choice(self._hosts)
        response = send(host.port, method, path, authorization, body)
        self._record.add_response(response, f"{method} {path}")
        return response


def log_in_for_jwt(browser, user):
    response = browser.request("POST", "/jwt/token/", username=user, password="secret")
    if response.is_accepted:
        body = response.body
        return Credential(scheme="Bearer", raw=body["access"], refresh=body["refresh"])


def log_in(browser, user):
    response = browser.request("POST", "/auth/login/", username=user, password="secret")
    if response.is_accepted:
        return Credential(scheme="Token", raw=response.body["token"])


def log_out(browser, credential):
    return browser.request("POST", "/auth/logout/", credential=credential)


def log_out_everywhere(browser, credential):
    return browser.request("POST", "/auth/logout/all/", credential=credential)


def revoke(browser, credential):
    return browser.request("POST", "/auth/revoke/", token=credential.raw)


SESSIONS = [
    (log_in_for_jwt, log_out),
    (log_in, log_out),
    (log_in_for_jwt, log_out_everywhere),
    (log_in, revoke),
    (log_in_for_jwt, revoke),
]


class ClientPool:
    """All clients, in threads; after :meth:`stop_logins` only the replays go on."""

    def __init__(self, hosts, record, pause):
        self._hosts, self._record, self._pause = hosts, record, pause
        self._logins_stopped = Event()
        self._stopped = Event()

    def stop_logins(self):
        self._logins_stopped.set()

    @contextmanager
    def running(self):
        """Run the clients while the block runs."""
        loops = [self._run_sessions] * LOGIN_CLIENTS + [self._rotate] * SESSION_CLIENTS
        loops += [self._replay_tokens] * REPLAY_CLIENTS
        with ThreadPoolExecutor(len(loops)) as pool:
            futures = [pool.submit(loop, number) for number, loop in enumerate(loops)]
            try:
                yield
            finally:
                self._logins_stopped.set()
                self._stopped.set()
            for future in futures:
                future.result()

    def _run_sessions(self, number):
        """Log in, call the API and log out repeatedly, as a user of this client alone."""
        browser = Browser(self._hosts, self._record, number)
        sessions = cycle(SESSIONS[number % len(SESSIONS) :] + SESSIONS[: number % len(SESSIONS)])
        while not self._logins_stopped.is_set():
            start_session, end_session = next(sessions)
            credential = start_session(browser, f"user{number}")
            if credential:
                self._record.add_login()
                for _ in range(3):
                    response = browser.request("GET", "/notes/", credential=credential)
                    self._record.add_call(response)
                self._end(browser, credential, end_session)
            self._logins_stopped.wait(self._pause)

    def _end(self, browser, credential, end_session):
        """Retry until the revocation is acknowledged, or the token is rejected."""
        while not self._logins_stopped.is_set():
            response = end_session(browser, credential)
            if response.is_accepted:
                return self._record.add_revocation(credential, response)
            if response.status == 401:
                return None
            self._logins_stopped.wait(0.05)
        return None

    def _rotate(self, number):
        browser = Browser(self._hosts, self._record, number)
        user, is_even = f"user{number}", number % 2 == 0
        client = SessionClient(browser, self._record, user, logs_out_everywhere=is_even)
        client.run(self._logins_stopped, self._pause)

    def _replay_tokens(self, number):
        """Replay revoked tokens, mostly recent ones."""
        browser = Browser(self._hosts, self._record, number)
        while not self._stopped.is_set():
            recent = self._record.recent(self._record.bound + 2)
            if not recent:
                self._stopped.wait(0.01)
                continue
            replay(browser, self._record, browser.random.choice(recent))


def replay(browser, record, credential, host=None):
    """Call the API with a revoked token, or refresh with its refresh token."""
    if credential.refresh and browser.random.random() < 0.2:
        path, body = "/jwt/token/refresh/", {"refresh": credential.refresh}
        response = browser.request("POST", path, host=host, **body)
    else:
        response = browser.request("GET", "/notes/", credential=credential, host=host)
    record.add_replay(credential, response)
    return response
