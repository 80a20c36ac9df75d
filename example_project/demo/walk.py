"""The whole way over HTTP. The first surprise ends it."""

from __future__ import annotations

import re
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from example_project import swagger
from example_project.address import HOST
from example_project.demo import walk_gateway, walk_jwt, walk_oauth, walk_swagger
from example_project.demo.browser import Answer, Device
from example_project.demo.people import ADMINISTRATOR, USERS
from example_project.demo.server import free_port, manage, serving
from example_project.kinds import CAN_BE_VERIFIED, JWT, KINDS, OAUTH

SHORT_LIFE = 3
"""Seconds that a token lives on the server where tokens expire."""

MISSING_JWT = "JSON Web Tokens: djangorestframework-simplejwt is not installed"
MISSING_OAUTH = "OAuth Toolkit: django-oauth-toolkit is not installed"
MISSING_SWAGGER = "Swagger UI: drf-spectacular or its sidecar is not installed"
MISSING_GATEWAY = "the gateway: simplejwt, PyJWT or cryptography is not installed"

TOKENS_PAGE = "/admin/authtoken/tokenproxy/"


class Surprise(Exception):
    """A promise that was not kept."""


@dataclass
class Walk:
    """Prints each step and counts it."""

    write: Callable[[str], object]
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9), repr=False)
    steps: int = 0

    def go(self) -> int:
        """All the way; the number of steps. Raises :class:`Surprise`."""
        with tempfile.TemporaryDirectory() as folder:
            database = str(Path(folder) / "walk.sqlite3")
            known = {"EXAMPLE_DATABASE": database, "EXAMPLE_PASSWORD": self.password}
            known["EXAMPLE_GATEWAY_PORT"] = str(free_port())
            with serving(Path(folder) / "log", **known) as origin:
                self.log_out(Device(origin))
                self.log_out_everywhere(Device(origin), Device(origin))
                self.be_revoked(Device(origin), Device(origin), Device(origin))
                gateway = f"http://{HOST}:{known['EXAMPLE_GATEWAY_PORT']}"
                self.go_where_installed(origin, gateway)
            short = {"EXAMPLE_TOKEN_SECONDS": str(SHORT_LIFE), "EXAMPLE_GRACE_SECONDS": "0"}
            with serving(Path(folder) / "log", **known, **short) as origin:
                self.expire(Device(origin))
            self.purge(**known, **short)
        return self.steps

    def log_out(self, phone: Device) -> None:
        """One device: log in, call, log out, call again, and log in with a new key."""
        first = self.log_in(phone, USERS[0])
        self.expect("call the API", phone.get("/api/hello/"), 200)
        self.expect("log out", phone.post("/auth/logout/"), 204)
        self.expect("call again", phone.get("/api/hello/"), 401, "token_revoked")
        self.expect("log out again", phone.post("/auth/logout/"), 204)
        self.verify("log in again gives a new key", self.log_in(phone, USERS[0]) != first)

    def log_out_everywhere(self, phone: Device, laptop: Device) -> None:
        """Two devices, one of which logs out both."""
        self.log_in(phone, USERS[0])
        self.log_in(laptop, USERS[0])
        self.expect("log out everywhere", laptop.post("/auth/logout/all/"), 204)
        self.expect("call from the laptop", laptop.get("/api/hello/"), 401, "token_revoked")
        self.expect("call from the phone", phone.get("/api/hello/"), 401, "token_revoked")

    def be_revoked(self, victim: Device, other: Device, admin: Device) -> None:
        """An administrator ends the token of one user, and of no other."""
        self.log_in(victim, USERS[1])
        self.log_in(other, USERS[0])
        form = {"username": ADMINISTRATOR, "password": self.password}
        self.expect("log in to the admin", admin.submit("/admin/login/?next=/admin/", **form), 302)
        listed = admin.get(TOKENS_PAGE)
        self.expect("open the list of tokens", listed, 200)
        self.verify("no key on the page", victim.token not in listed.text)
        chosen = {"action": "revoke_selected_tokens", "_selected_action": box(listed, USERS[1])}
        self.expect("revoke the token of bob", admin.submit(TOKENS_PAGE, **chosen), 302)
        self.expect("bob calls", victim.get("/api/hello/"), 401, "token_revoked")
        self.expect("alice calls", other.get("/api/hello/"), 200)

    def go_where_installed(self, origin: str, gateway: str) -> None:
        """The parts of the way for which packages are installed."""
        parts: list[tuple[bool, Callable[[], None], str]] = [
            (JWT in KINDS, lambda: walk_jwt.go(self, origin), MISSING_JWT),
            (OAUTH in KINDS, lambda: walk_oauth.go(self, origin), MISSING_OAUTH),
            (swagger.IS_INSTALLED, lambda: walk_swagger.go(self, origin), MISSING_SWAGGER),
            (CAN_BE_VERIFIED, lambda: walk_gateway.go(self, origin, gateway), MISSING_GATEWAY),
        ]
        for is_there, go, missing in parts:
            if is_there:
                go()
            else:
                self.write(f"--  {missing}")

    def expire(self, phone: Device) -> None:
        """Tokens that live for some seconds: one is logged out, one expires."""
        self.log_in(phone, USERS[1])
        self.expect("log out before it expires", phone.post("/auth/logout/"), 204)
        old = self.log_in(phone, USERS[1])
        time.sleep(SHORT_LIFE)
        self.expect("call with an expired token", phone.get("/api/hello/"), 401, "token_expired")
        self.verify("log in again gives a new key", self.log_in(phone, USERS[1]) != old)

    def purge(self, **environment: str) -> None:
        """The one revocation that nothing needs any more goes; the others stay."""
        printed = manage("purge_revoked_tokens", **environment)
        self.verify("purge", "Deleted 1 expired revocations." in printed)

    def log_in(self, device: Device, name: str) -> str:
        """The device holds a token from here on."""
        device.token = ""
        answer = device.post("/auth/login/", username=name, password=self.password)
        self.expect(f"{name} logs in", answer, 200)
        device.token = answer.data["token"]
        return device.token

    def expect(self, step: str, answer: Answer, status: int, code: str = "") -> Answer:
        """Print the step; raise unless the answer, which is returned, has this status and code."""
        got = f"{answer.status} {answer.data.get('code', '') if code else ''}".strip()
        expected = f"{status} {code}".strip()
        self.verify(f"{step}: {got}", got == expected, f", expected {expected}")
        return answer

    def verify(self, step: str, kept: bool, otherwise: str = "") -> None:
        """Print the step; raise unless its promise was kept."""
        if not kept:
            raise Surprise(f"{step}{otherwise}")
        self.steps += 1
        self.write(f"ok  {step}")


def box(page: Answer, name: str) -> str:
    """The value of the checkbox in the row of ``name``; empty if there is none."""
    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)
    boxes = [re.search(r'name="_selected_action" value="(\d+)"', r) for r in rows if name in r]
    return next((found[1] for found in boxes if found), "")
