"""A gateway without Django and without the database rejects revoked tokens."""

from __future__ import annotations

import time

from example_project.demo.accounts import USERS
from example_project.demo.device import Device
from example_project.demo.scenarios import jwt
from example_project.demo.scenarios.report import Report
from example_project.demo.server import STARTUP_TIMEOUT_SECONDS

CHANNELS = {"the event feed": "/event-feed/", "the status list": "/status-list/"}

TTL_SECONDS = 60.0
"""Seconds within which a reader of the status lists rejects a revoked token: their ``ttl``."""


def run(report: Report, origin: str, gateway: str) -> None:
    """Log out one of two sessions; the gateway must reject this one only."""
    phone, laptop = Device(origin, scheme="Bearer"), Device(origin, scheme="Bearer")
    for device in (phone, laptop):
        jwt.log_in(report, device, USERS[0])
    known = {device.token: Device(gateway, device.token, "Bearer") for device in (phone, laptop)}
    for name, path in CHANNELS.items():
        wait_for(known[phone.token], path, 200, STARTUP_TIMEOUT_SECONDS)
        report.expect(f"the gateway accepts it by {name}", known[phone.token].get(path), 200)
    report.expect("log out at the API", phone.post("/auth/logout/"), 204)
    for name, path in CHANNELS.items():
        took = wait_for(known[phone.token], path, 401, TTL_SECONDS)
        answer = known[phone.token].get(path)
        report.expect(
            f"the gateway rejects it by {name}, {took:.1f} s later", answer, 401, "token_revoked"
        )
        report.expect("it accepts the other session", known[laptop.token].get(path), 200)


def wait_for(device: Device, path: str, status: int, timeout: float) -> float:
    """Return the seconds until the gateway answers with ``status``, or ``timeout``."""
    began = time.monotonic()
    while _status(device, path) != status and time.monotonic() - began < timeout:
        time.sleep(0.2)
    return time.monotonic() - began


def _status(device: Device, path: str) -> int:
    try:
        return device.get(path).status
    except OSError:
        return 0  # It has not started yet.
