"""The part of the way that JSON Web Tokens go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from example_project.demo.browser import Answer, Device
from example_project.demo.people import USERS

if TYPE_CHECKING:
    from example_project.demo.walk import Walk

REFRESH = "/api/token/refresh/"


def go(walk: Walk, origin: str) -> None:
    """Log out with half a pair, replay what was used up, and end every kind at once."""
    log_out(walk, Device(origin, scheme="Bearer"))
    replay(walk, Device(origin, scheme="Bearer"), Device(origin, scheme="Bearer"))
    end_every_kind(walk, Device(origin, scheme="Bearer"), Device(origin))


def log_out(walk: Walk, phone: Device) -> None:
    """The access token alone ends its session, and the refresh token with it."""
    refresh = log_in(walk, phone, USERS[0])
    walk.expect("call the API with a JWT", phone.get("/api/hello/"), 200)
    refresh = take(phone, walk.expect("refresh", phone.post(REFRESH, refresh=refresh), 200))
    walk.expect("call with the new access token", phone.get("/api/hello/"), 200)
    walk.expect("log out with the access token alone", phone.post("/auth/logout/"), 204)
    walk.expect("call after that", phone.get("/api/hello/"), 401, "token_revoked")
    refused = phone.post(REFRESH, refresh=refresh)
    walk.expect("refresh after that", refused, 401, "token_revoked")


def replay(walk: Walk, phone: Device, laptop: Device) -> None:
    """A refresh token that is presented twice ends its session, and no other."""
    log_in(walk, laptop, USERS[0])
    used = log_in(walk, phone, USERS[0])
    left = take(phone, walk.expect("refresh once", phone.post(REFRESH, refresh=used), 200))
    replayed = phone.post(REFRESH, refresh=used)
    walk.expect("replay the used refresh token", replayed, 401, "token_revoked")
    walk.expect("call in that session", phone.get("/api/hello/"), 401, "token_revoked")
    refused = phone.post(REFRESH, refresh=left)
    walk.expect("refresh in that session", refused, 401, "token_revoked")
    walk.expect("call in another session", laptop.get("/api/hello/"), 200)


def end_every_kind(walk: Walk, phone: Device, laptop: Device) -> None:
    """One request ends the JWT of one device and the token of another."""
    log_in(walk, phone, USERS[1])
    walk.log_in(laptop, USERS[1])
    walk.expect("log out every kind", phone.post("/auth/logout/all/"), 204)
    walk.expect("call with the JWT", phone.get("/api/hello/"), 401, "token_revoked")
    walk.expect("call with the other kind", laptop.get("/api/hello/"), 401, "token_revoked")


def log_in(walk: Walk, device: Device, name: str) -> str:
    """The device holds an access token from here on; the refresh token."""
    device.token = ""
    answer = device.post("/api/token/", username=name, password=walk.password)
    return take(device, walk.expect(f"{name} logs in with a JWT", answer, 200))


def take(device: Device, answer: Answer) -> str:
    """Hold the access token of a pair; the refresh token."""
    device.token = answer.data["access"]
    return str(answer.data["refresh"])
