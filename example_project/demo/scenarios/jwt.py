"""JSON Web Tokens: logout by an access token, and a replayed refresh token."""

from __future__ import annotations

from example_project.demo.accounts import USERS
from example_project.demo.device import Answer, Device
from example_project.demo.scenarios.report import Report

REFRESH = "/api/token/refresh/"


def run(report: Report, origin: str) -> None:
    """Log out with the access token, replay a refresh token, and log out everywhere."""
    log_out(report, Device(origin, scheme="Bearer"))
    replay(report, Device(origin, scheme="Bearer"), Device(origin, scheme="Bearer"))
    log_out_of_every_kind(report, Device(origin, scheme="Bearer"), Device(origin))


def log_out(report: Report, phone: Device) -> None:
    """Log out with the access token alone: the refresh token is rejected too."""
    refresh = log_in(report, phone, USERS[0])
    report.expect("call the API with a JWT", phone.get("/api/hello/"), 200)
    refresh = take(phone, report.expect("refresh", phone.post(REFRESH, refresh=refresh), 200))
    report.expect("call with the new access token", phone.get("/api/hello/"), 200)
    report.expect("log out with the access token alone", phone.post("/auth/logout/"), 204)
    report.expect("call after that", phone.get("/api/hello/"), 401, "token_revoked")
    rejected = phone.post(REFRESH, refresh=refresh)
    report.expect("refresh after that", rejected, 401, "token_revoked")


def replay(report: Report, phone: Device, laptop: Device) -> None:
    """Present a refresh token twice: its session is revoked, and no other."""
    log_in(report, laptop, USERS[0])
    used = log_in(report, phone, USERS[0])
    successor = take(phone, report.expect("refresh once", phone.post(REFRESH, refresh=used), 200))
    replayed = phone.post(REFRESH, refresh=used)
    report.expect("replay the used refresh token", replayed, 401, "token_revoked")
    report.expect("call in that session", phone.get("/api/hello/"), 401, "token_revoked")
    rejected = phone.post(REFRESH, refresh=successor)
    report.expect("refresh in that session", rejected, 401, "token_revoked")
    report.expect("call in another session", laptop.get("/api/hello/"), 200)


def log_out_of_every_kind(report: Report, phone: Device, laptop: Device) -> None:
    """Revoke the JWT of one device and the DRF token of another in one request."""
    log_in(report, phone, USERS[1])
    report.log_in(laptop, USERS[1])
    report.expect("log out every kind", phone.post("/auth/logout/all/"), 204)
    report.expect("call with the JWT", phone.get("/api/hello/"), 401, "token_revoked")
    report.expect("call with the other kind", laptop.get("/api/hello/"), 401, "token_revoked")


def log_in(report: Report, device: Device, name: str) -> str:
    """Log ``name`` in on ``device``, and return the refresh token.

    The device then has the access token.
    """
    device.token = ""
    answer = device.post("/api/token/", username=name, password=report.password)
    return take(device, report.expect(f"{name} logs in with a JWT", answer, 200))


def take(device: Device, answer: Answer) -> str:
    """Keep the access token of a pair on ``device``; return the refresh token."""
    device.token = answer.data["access"]
    return str(answer.data["refresh"])
