"""The steps of a scenario: printed, counted, and compared with what was expected."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from example_project.demo.device import Answer, Device


class UnexpectedResult(Exception):
    """A step had another result than the expected one."""


@dataclass
class Report:
    """A report that prints and counts each step.

    ``password`` is that of every account.
    """

    write: Callable[[str], object]
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9), repr=False)
    steps: int = 0

    def log_in(self, device: Device, name: str) -> str:
        """Log ``name`` in on ``device``, which then holds a DRF token; return the token."""
        device.token = ""
        answer = device.post("/auth/login/", username=name, password=self.password)
        self.expect(f"{name} logs in", answer, 200)
        device.token = answer.data["token"]
        return device.token

    def expect(self, step: str, answer: Answer, status: int, code: str = "") -> Answer:
        """Return ``answer``; raise ``UnexpectedResult`` for another status or code."""
        got = f"{answer.status} {answer.data.get('code', '') if code else ''}".strip()
        expected = f"{status} {code}".strip()
        self.verify(f"{step}: {got}", got == expected, f", expected {expected}")
        return answer

    def verify(self, step: str, succeeded: bool, otherwise: str = "") -> None:
        """Print the step; raise ``UnexpectedResult`` unless it succeeded."""
        if not succeeded:
            raise UnexpectedResult(f"{step}{otherwise}")
        self.steps += 1
        self.write(f"ok  {step}")
