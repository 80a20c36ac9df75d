"""Clients whose sessions rotate: they refresh, retry, replay used tokens and log out."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from tests.consistency.records import Credential
from tests.consistency.session_records import Session

SESSION_CLIENTS = 2

MAX_ATTEMPTS = 60
"""How often a request is sent until a host accepts or rejects its token."""

MAX_CHECKED = 20
"""How many open and how many ended sessions are refreshed after the restart."""

REFRESHES = [(1, 1), (2, 1), (2, 2)]
"""How often a refresh token is used, and in how many threads."""


class SessionClient:
    """A user whose sessions are refreshed at random hosts.

    A user who logs out everywhere also ends sessions that an earlier run has left open, so only
    the sessions of other users are recorded as open at the end.
    """

    def __init__(self, browser, record, user, *, logs_out_everywhere):
        self._browser, self._record, self._user = browser, record, user
        self._logs_out_everywhere = logs_out_everywhere
        self._kept = []
        ends = {self._log_out: 3, self._replay: 3, self._keep: 3}
        if logs_out_everywhere:
            ends[self._log_out_everywhere] = 1
        self._ends, self._weights = list(ends), list(ends.values())

    def run(self, stopped, pause):
        """Use one session after the other until ``stopped`` is set."""
        while not stopped.is_set():
            if session := self._log_in():
                self._use(session)
            stopped.wait(pause)
        if not self._logs_out_everywhere:
            self._record.sessions.add_open(self._kept)

    def _log_in(self):
        credentials = {"username": self._user, "password": "secret"}
        response = self._browser.request("POST", "/jwt/token/", **credentials)
        if response.is_accepted:
            self._record.add_login()
            tokens = response.body
            return Session(access=tokens["access"], refresh_tokens=[tokens["refresh"]])

    def _use(self, session):
        """Refresh a few times, then end the session or keep it."""
        for _ in range(self._browser.random.choice((2, 3))):
            if not self._refresh(session):
                return
        (end,) = self._browser.random.choices(self._ends, self._weights)
        end(session)

    def _refresh(self, session):
        """Refresh, mostly with a retry, and return whether every response was a success."""
        number, threads = self._browser.random.choice(REFRESHES)
        with ThreadPoolExecutor(threads) as pool:
            responses = list(pool.map(self._send_refresh, [session.current] * number))
        for response in responses:
            self._record.sessions.add_refresh(session, response)
        if not all(response.is_accepted for response in responses):
            return False
        self._record.add_activity("refreshed" if number == 1 else "retried a refresh")
        session.access = responses[-1].body["access"]
        session.refresh_tokens.append(responses[-1].body["refresh"])
        return True

    def _log_out(self, session, path="/auth/logout/"):
        """Log out; a 401 may follow a logout that was stored and whose response was lost."""
        response = self._send(path, credential=as_credential(session))
        if response.is_accepted:
            self._record.add_revocation(as_credential(session), response)
        if response.is_conclusive:
            self._require_end(session)
        return response

    def _log_out_everywhere(self, session):
        response = self._log_out(session, "/auth/logout/all/")
        if response.is_conclusive:
            self._record.sessions.add_ended(self._kept)
        self._kept = []

    def _replay(self, session):
        """Refresh with a token whose successor was used, which ends the session."""
        response = self._send_refresh(session.refresh_tokens[-3])
        self._record.sessions.add_replay(response)
        if response.status == 401:
            self._record.add_activity("replayed a used refresh token")
            self._record.add_revocation(as_credential(session), response)
            self._require_end(session)

    def _keep(self, session):
        self._kept.append(session)

    def _require_end(self, session):
        self._record.sessions.add_refresh_after_end(self._send_refresh(session.current))
        self._record.sessions.add_ended([session])

    def _send_refresh(self, refresh):
        return self._send("/jwt/token/refresh/", refresh=refresh)

    def _send(self, path, **more):
        return send_until_conclusive(self._browser, self._record, path, **more)


def as_credential(session):
    return Credential(scheme="Bearer", raw=session.access, refresh=session.current)


def send_until_conclusive(browser, record, path, **more):
    """Send a request until the response tells whether its token is valid."""
    for _ in range(MAX_ATTEMPTS):
        response = browser.request("POST", path, **more)
        if response.is_conclusive:
            return response
        time.sleep(0.25)
    record.add_inconclusive()
    return response


def check_sessions(browser, record):
    """Refresh sessions after the restart: open ones must be accepted, ended ones rejected."""
    sessions = record.sessions

    def refresh(session):
        path = "/jwt/token/refresh/"
        return send_until_conclusive(browser, record, path, refresh=session.current)

    for session in sample(browser, sessions.open):
        sessions.add_refresh(session, refresh(session))
    for session in sample(browser, sessions.ended):
        sessions.add_refresh_after_end(refresh(session))


def sample(browser, sessions):
    return browser.random.sample(sessions, min(MAX_CHECKED, len(sessions)))
