"""The part of the way that the tokens of OAuth Toolkit go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from example_project.demo.browser import Answer, Device
from example_project.demo.people import USERS
from example_project.oauth_client import CLIENT_ID

if TYPE_CHECKING:
    from example_project.demo.walk import Walk

TOKEN = "/o/token/"  # noqa: S105 - a path


def go(walk: Walk, origin: str) -> None:
    """Log out with the access token alone; replay a refresh token that was used up."""
    phone, laptop = Device(origin, scheme="Bearer"), Device(origin, scheme="Bearer")
    refresh = log_in(walk, phone, USERS[0])
    walk.expect("call the API with an OAuth token", phone.get("/api/hello/"), 200)
    walk.expect("log out with it", phone.post("/auth/logout/"), 204)
    walk.expect("call with it after that", phone.get("/api/hello/"), 401, "token_revoked")
    walk.expect("refresh it after that", exchange(phone, refresh), 400)
    used = log_in(walk, laptop, USERS[0])
    take(laptop, walk.expect("refresh it once", exchange(laptop, used), 200))
    walk.expect("replay the refresh token", exchange(laptop, used), 400)
    walk.expect("call with what it led to", laptop.get("/api/hello/"), 401, "token_revoked")


def log_in(walk: Walk, device: Device, name: str) -> str:
    """The device holds an access token from here on; the refresh token."""
    device.token = ""
    asked = {"grant_type": "password", "username": name, "password": walk.password}
    answer = device.post(TOKEN, client_id=CLIENT_ID, **asked)
    return take(device, walk.expect(f"{name} logs in at OAuth Toolkit", answer, 200))


def exchange(device: Device, refresh: str) -> Answer:
    """The answer to a refresh token."""
    asked = {"grant_type": "refresh_token", "refresh_token": refresh}
    return device.post(TOKEN, client_id=CLIENT_ID, **asked)


def take(device: Device, answer: Answer) -> str:
    """Hold the access token; the refresh token."""
    device.token = answer.data["access_token"]
    return str(answer.data["refresh_token"])
