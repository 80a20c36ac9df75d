"""Sessions of a phone and a browser: listed, renamed, and revoked."""

from __future__ import annotations

from typing import Any

from example_project.demo.accounts import USERS
from example_project.demo.device import Device
from example_project.demo.scenarios.report import Report

SESSIONS = "/auth/sessions/"
PAGE = "/account/sessions/"
LOGIN = "/account/login/"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


def run(report: Report, origin: str) -> None:
    """List and rename the session of a browser, then revoke it in two ways."""
    phone, browser = Device(origin, user_agent=IPHONE), Device(origin)
    report.log_in(phone, USERS[1])
    log_in(report, browser, USERS[1])
    rename(report, phone, browser)
    revoke_others(report, phone, browser)
    log_in(report, browser, USERS[1])
    log_out_everywhere(report, phone, browser)


def rename(report: Report, phone: Device, browser: Device) -> None:
    """List the sessions on the phone, and rename that of the browser."""
    listed = report.expect("list the sessions", phone.get(SESSIONS), 200).data
    used = current(listed)
    report.verify("the session of the phone has its user agent", used["user_agent"] == IPHONE)
    report.verify("the session of the phone has an address", used["ip_address"] == "127.0.0.1")
    session = current(browser.get(SESSIONS).data)
    report.verify("the session of the browser is listed", is_listed(session, listed))
    renamed = phone.patch(f"{SESSIONS}{session['id']}/", name="Old laptop")
    report.expect("rename the session of the browser", renamed, 200)
    page = report.expect("open the page with the sessions", browser.get(PAGE), 200)
    report.verify("it shows the name", "Old laptop" in page.text)


def revoke_others(report: Report, phone: Device, browser: Device) -> None:
    """Revoke every session but that of the phone."""
    report.expect("revoke the others", phone.post(f"{SESSIONS}revoke-others/"), 204)
    report.expect("call with the cookie", browser.get("/api/hello/"), 401, "token_revoked")
    report.expect("the page asks for a login", browser.get(PAGE), 302)
    report.expect("call from the remaining device", phone.get("/api/hello/"), 200)


def log_out_everywhere(report: Report, phone: Device, browser: Device) -> None:
    """Log out on the phone; the browser is logged out too."""
    report.expect("log out with the browser in it", phone.post("/auth/logout/all/"), 204)
    report.expect("call with the new cookie", browser.get("/api/hello/"), 401, "token_revoked")
    report.expect("the page asks for a login again", browser.get(PAGE), 302)


def log_in(report: Report, browser: Device, name: str) -> None:
    """Log ``name`` in on a page of the site, which gives ``browser`` a session cookie."""
    answer = browser.submit(LOGIN, username=name, password=report.password)
    report.expect(f"{name} logs in on a page", answer, 302)
    report.expect("call with the session cookie", browser.get("/api/hello/"), 200)


def current(sessions: Any) -> Any:
    """Return the session of the request; an empty dictionary if it is not listed."""
    return next((session for session in sessions if session["current"]), {})


def is_listed(session: Any, sessions: Any) -> bool:
    """Return whether a session is among the others of its user."""
    return session.get("id") in {other["id"] for other in sessions}
