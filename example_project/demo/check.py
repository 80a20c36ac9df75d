"""Run every scenario against separate servers, up to the first unexpected result."""

from __future__ import annotations

import tempfile
from pathlib import Path

from example_project.address import HOST
from example_project.demo.scenarios import SCENARIOS, Report, authtoken
from example_project.demo.server import free_port, manage, serving


def run_scenarios(report: Report) -> int:
    """Return the number of steps.

    Raises:
        UnexpectedResult: A step failed.
        ServerError: A server did not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        log, port = Path(folder) / "log", str(free_port())
        environment = {
            "EXAMPLE_DATABASE": str(Path(folder) / "check.sqlite3"),
            "EXAMPLE_PASSWORD": report.password,
            "EXAMPLE_GATEWAY_PORT": port,
        }
        with serving(log, **environment) as origin:
            _run_available(report, origin, f"http://{HOST}:{port}")
        environment["EXAMPLE_TOKEN_SECONDS"] = str(authtoken.TOKEN_LIFETIME_SECONDS)
        environment["EXAMPLE_GRACE_SECONDS"] = "0"
        with serving(log, **environment) as origin:
            authtoken.expire(report, origin)
        _purge(report, **environment)
    return report.steps


def _run_available(report: Report, origin: str, gateway: str) -> None:
    for scenario in SCENARIOS:
        if scenario.is_available:
            scenario.run(report, origin, gateway)
        else:
            report.write(f"--  {scenario.missing}")


def _purge(report: Report, **environment: str) -> None:
    """Purge; one of the revocations has expired."""
    printed = manage("purge_revoked_tokens", **environment)
    report.verify("purge", "Deleted 1 expired revocations." in printed)
