"""Measure one project: log in, revoke, and present every issued token at every entry point."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.matrix.packages.accounts import Account, Attempt, IssuedTokens
from tests.matrix.packages.events import EVENTS, REVOKE_EVERYONE, USER_EVENTS, command
from tests.matrix.packages.project import API, Project

WAIT_SECONDS = 1.1
NO_EVENT = "no event"
"""The control: every entry point must accept the tokens."""

NEW_LOGIN = "new login"
UNREPORTED = "unreported"


@dataclass
class Case:
    """One account that logs in one way and is subject to one event."""

    login: str
    event: str
    account: Account
    tokens: IssuedTokens
    happened: bool | None = None


class Measurement:
    """The entry points of one project that accept revoked tokens."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.events = {**EVENTS, **project.events}
        self.findings = list(findings())
        self.unreported: list[str] = []

    def cells(self) -> dict[str, dict[str, str]]:
        """Return the result of each entry point after each event."""
        cases = [
            self.log_in(login, event) for event in self.order() for login in self.project.logins
        ]
        for case in cases:
            if case.event not in (NO_EVENT, REVOKE_EVERYONE):
                case.happened = self.revoke(case)
        time.sleep(WAIT_SECONDS)
        rows = {event: self.row(event, cases) for event in self.order() if event != REVOKE_EVERYONE}
        command("revoke_tokens", "--everyone", "--yes")
        for case in cases:
            case.happened = True if case.event == REVOKE_EVERYONE else case.happened
        time.sleep(WAIT_SECONDS)
        rows[REVOKE_EVERYONE] = self.row(REVOKE_EVERYONE, cases)
        return {event: rows[event] for event in self.order()}

    def order(self) -> list[str]:
        return [NO_EVENT, *(event for event in self.events if event not in self.project.impossible)]

    def log_in(self, login: str, event: str) -> Case:
        account = Account()
        tokens = self.project.logins[login](account)
        return Case(login=login, event=event, account=account, tokens=tokens)

    def revoke(self, case: Case) -> bool | None:
        event = self.events[case.event]
        if not case.tokens.is_of_user and event in USER_EVENTS:
            return None
        try:
            return event(case.account, case.tokens)
        except AssertionError as error:
            self.unreported.append(f"{case.login} | {case.event} | failed: {error}")
            return True

    def row(self, event: str, cases: list[Case]) -> dict[str, str]:
        affected = [case for case in cases if case.event == event]
        if event != NO_EVENT:
            affected = [case for case in affected if case.happened]
        if not affected:
            return {}
        row = {name: self.cell(name, affected) for name in self.project.entry_points}
        return {**row, NEW_LOGIN: self.new_logins(affected)}

    def cell(self, name: str, cases: list[Case]) -> str:
        texts = {text for case in cases for text in self.texts(name, case)}
        return ", ".join(sorted(texts)) or "—"

    def texts(self, name: str, case: Case) -> Iterator[str]:
        for tokens in case.tokens.all:
            attempt = self.project.entry_points[name](tokens)
            if attempt is None:
                continue
            if case.event == NO_EVENT:
                yield (
                    "accepted"
                    if self.is_accepted(attempt)
                    else self.rejected_without_event(name, case, tokens, attempt)
                )
            elif self.is_accepted(attempt):
                yield self.reported(name, case, attempt)
            else:
                yield attempt.text if not attempt.is_accepted else "mints rejected tokens"

    def rejected_without_event(
        self, name: str, case: Case, tokens: IssuedTokens, attempt: Attempt
    ) -> str:
        """Describe a rejection without an event: only tokens that were exchanged may be rejected."""
        return "accepted" if tokens is not case.tokens else self.reported(name, case, attempt)

    def is_accepted(self, attempt: Attempt) -> bool:
        """Return whether an entry point accepts the token, or one minted from it."""
        if attempt.minted is None or not attempt.is_accepted:
            return attempt.is_accepted
        results = [
            entry_point(attempt.minted) for entry_point in self.project.entry_points.values()
        ]
        return any(found is not None and found.is_accepted for found in results)

    def reported(self, name: str, case: Case, attempt: Attempt) -> str:
        """Return the finding of ``check`` about an entry point that accepts a revoked token."""
        for words in (self.identifiers_of(name), identifiers_of(case.login)):
            for finding, text in self.findings:
                if any(re.search(rf"(?<!\w){re.escape(word)}(?![\w/])", text) for word in words):
                    return finding
        self.unreported.append(f"{case.login} | {case.event} | {name}: {attempt.text}")
        return UNREPORTED

    def identifiers_of(self, name: str) -> list[str]:
        """Return the names by which a finding may refer to an entry point."""
        word = self.project.reported_as.get(name)
        return [*identifiers_of(name), *([word] if word else [])]

    def new_logins(self, cases: list[Case]) -> str:
        """Return whether new logins of active accounts are accepted."""
        active = [case for case in cases if case.account.is_active]
        return ", ".join(sorted({self.log_in_again(case) for case in active})) or "—"

    def log_in_again(self, case: Case) -> str:
        tokens = self.project.logins[case.login](case.account)
        attempts = [entry_point(tokens) for entry_point in self.project.entry_points.values()]
        failed = [found.text for found in attempts if found is not None and not found.is_accepted]
        if not failed:
            return "accepted"
        return self.reported(case.login, case, Attempt(is_accepted=False, text=f"again: {failed}"))


def findings() -> Iterator[tuple[str, str]]:
    """Yield the label and the text of each finding of ``check``, errors first."""
    from django.core import checks

    found = checks.run_checks() + checks.run_checks(include_deployment_checks=True)
    for message in sorted(found, key=lambda message: -message.level):
        if "token_revocation" in (message.id or "") and message.level >= checks.INFO:
            level = "Error" if message.level >= checks.ERROR else "Warning"
            number = message.id.rpartition(".")[2]
            yield f"{level} {number}", f"{message.msg} {message.hint} {message.obj or ''}"


def identifiers_of(name: str) -> list[str]:
    """Return the names of the view or function of an entry point."""
    from django.conf import settings
    from django.urls import Resolver404, resolve
    from django.utils.module_loading import import_string

    if name == API:
        paths = settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"]
        return [import_string(path).__name__ for path in paths]
    found = re.search(r"`[A-Z]+ ([^`]*)`", name)
    if found is None:
        return re.findall(r"`([\w.]+)[^`]*`", name)
    try:
        match = resolve(f"/{found[1].partition('?')[0]}")
    except Resolver404:
        return []
    view: Any = getattr(match.func, "view_class", None) or getattr(match.func, "cls", match.func)
    return [view.__name__, f"/{found[1]}"]
