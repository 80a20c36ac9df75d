"""The part of the way that leads through the gateway, which has neither Django nor our database."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from example_project.demo import walk_jwt
from example_project.demo.browser import Device
from example_project.demo.people import USERS
from example_project.demo.server import PATIENCE

if TYPE_CHECKING:
    from example_project.demo.walk import Walk

DOORS = {"the event feed": "/event-feed/", "the status list": "/status-list/"}

TTL = 60.0
"""Seconds within which a reader of our lists refuses: their ``ttl``."""


def go(walk: Walk, origin: str, gateway: str) -> None:
    """One session is logged out, another is not; the gateway tells them apart by either way."""
    phone, laptop = Device(origin, scheme="Bearer"), Device(origin, scheme="Bearer")
    for device in (phone, laptop):
        walk_jwt.log_in(walk, device, USERS[0])
    known = {device.token: Device(gateway, device.token, "Bearer") for device in (phone, laptop)}
    for name, door in DOORS.items():
        wait_for(known[phone.token], door, 200, PATIENCE)
        walk.expect(f"the gateway asks {name}", known[phone.token].get(door), 200)
    walk.expect("log out at the API", phone.post("/auth/logout/"), 204)
    for name, door in DOORS.items():
        took = wait_for(known[phone.token], door, 401, TTL)
        answer = known[phone.token].get(door)
        walk.expect(
            f"the gateway refuses by {name}, {took:.1f} s later", answer, 401, "token_revoked"
        )
        walk.expect("it accepts the other session", known[laptop.token].get(door), 200)


def wait_for(device: Device, door: str, status: int, most: float) -> float:
    """Seconds until the gateway answers so; it may take ``most`` of them."""
    began = time.monotonic()
    while _status(device, door) != status and time.monotonic() - began < most:
        time.sleep(0.2)
    return time.monotonic() - began


def _status(device: Device, door: str) -> int:
    try:
        return device.get(door).status
    except OSError:
        return 0  # It is not up yet.
