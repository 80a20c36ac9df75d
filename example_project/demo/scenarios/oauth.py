"""Tokens of OAuth Toolkit: logged out, and a replayed refresh token."""

from __future__ import annotations

from example_project.demo.accounts import USERS
from example_project.demo.device import Answer, Device
from example_project.demo.scenarios.report import Report
from example_project.oauth_client import CLIENT_ID

TOKEN = "/o/token/"  # noqa: S105 - a path


def run(report: Report, origin: str) -> None:
    """Log out with the access token alone; replay a used refresh token."""
    phone, laptop = Device(origin, scheme="Bearer"), Device(origin, scheme="Bearer")
    refresh = log_in(report, phone, USERS[0])
    report.expect("call the API with an OAuth token", phone.get("/api/hello/"), 200)
    report.expect("log out with it", phone.post("/auth/logout/"), 204)
    report.expect("call with it after that", phone.get("/api/hello/"), 401, "token_revoked")
    report.expect("refresh it after that", refresh_with(phone, refresh), 400)
    used = log_in(report, laptop, USERS[0])
    take(laptop, report.expect("refresh it once", refresh_with(laptop, used), 200))
    report.expect("replay the refresh token", refresh_with(laptop, used), 400)
    report.expect(
        "call with the new access token of that session",
        laptop.get("/api/hello/"),
        401,
        "token_revoked",
    )


def log_in(report: Report, device: Device, name: str) -> str:
    """Log ``name`` in on ``device``, and return the refresh token.

    The device then has the access token.
    """
    device.token = ""
    form = {"grant_type": "password", "username": name, "password": report.password}
    answer = device.post(TOKEN, client_id=CLIENT_ID, **form)
    return take(device, report.expect(f"{name} logs in at OAuth Toolkit", answer, 200))


def refresh_with(device: Device, refresh: str) -> Answer:
    """Present a refresh token to the token endpoint."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    return device.post(TOKEN, client_id=CLIENT_ID, **form)


def take(device: Device, answer: Answer) -> str:
    """Keep the access token on ``device``; return the refresh token."""
    device.token = answer.data["access_token"]
    return str(answer.data["refresh_token"])
