"""Tokens of Django REST framework: logged out, revoked by staff, expired."""

from __future__ import annotations

import re
import time

from example_project.demo.accounts import ADMINISTRATOR, USERS
from example_project.demo.device import Answer, Device
from example_project.demo.scenarios.report import Report

TOKENS_PAGE = "/admin/authtoken/tokenproxy/"

TOKEN_LIFETIME_SECONDS = 3
"""How long a token lives on the server of :func:`expire`."""


def run(report: Report, origin: str) -> None:
    """Log out on one device, on every device, and by an administrator."""
    log_out(report, Device(origin))
    log_out_everywhere(report, Device(origin), Device(origin))
    revoke_in_the_admin(report, Device(origin), Device(origin), Device(origin))


def log_out(report: Report, phone: Device) -> None:
    """Log in, call, log out, call again, and log in with a new key."""
    first = report.log_in(phone, USERS[0])
    report.expect("call the API", phone.get("/api/hello/"), 200)
    report.expect("log out", phone.post("/auth/logout/"), 204)
    report.expect("call again", phone.get("/api/hello/"), 401, "token_revoked")
    report.expect("log out again", phone.post("/auth/logout/"), 204)
    report.verify("log in again gives a new key", report.log_in(phone, USERS[0]) != first)


def log_out_everywhere(report: Report, phone: Device, laptop: Device) -> None:
    """Log out both devices from one of them."""
    report.log_in(phone, USERS[0])
    report.log_in(laptop, USERS[0])
    report.expect("log out everywhere", laptop.post("/auth/logout/all/"), 204)
    report.expect("call from the laptop", laptop.get("/api/hello/"), 401, "token_revoked")
    report.expect("call from the phone", phone.get("/api/hello/"), 401, "token_revoked")


def revoke_in_the_admin(report: Report, phone: Device, other: Device, admin: Device) -> None:
    """Revoke the token of one user, and of no other."""
    report.log_in(phone, USERS[1])
    report.log_in(other, USERS[0])
    form = {"username": ADMINISTRATOR, "password": report.password}
    report.expect("log in to the admin", admin.submit("/admin/login/?next=/admin/", **form), 302)
    listed = admin.get(TOKENS_PAGE)
    report.expect("open the list of tokens", listed, 200)
    report.verify("no key on the page", phone.token not in listed.text)
    chosen = {"action": "revoke_selected_tokens", "_selected_action": checkbox(listed, USERS[1])}
    report.expect("revoke the token of bob", admin.submit(TOKENS_PAGE, **chosen), 302)
    report.expect("bob calls", phone.get("/api/hello/"), 401, "token_revoked")
    report.expect("alice calls", other.get("/api/hello/"), 200)


def expire(report: Report, origin: str) -> None:
    """Log one token out, and let another expire."""
    phone = Device(origin)
    report.log_in(phone, USERS[1])
    report.expect("log out before it expires", phone.post("/auth/logout/"), 204)
    old = report.log_in(phone, USERS[1])
    time.sleep(TOKEN_LIFETIME_SECONDS)
    report.expect("call with an expired token", phone.get("/api/hello/"), 401, "token_expired")
    report.verify("log in again gives a new key", report.log_in(phone, USERS[1]) != old)


def checkbox(page: Answer, name: str) -> str:
    """Return the value of the checkbox in the row of ``name``, or an empty string."""
    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)
    boxes = [re.search(r'name="_selected_action" value="(\d+)"', r) for r in rows if name in r]
    return next((found[1] for found in boxes if found), "")
