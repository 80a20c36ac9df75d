"""What ended since we last asked: RFC 8936, polled every second and remembered."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import jwt

from example_project.gateway.issuer import Issuer

EVERY = 1.0
UNTIL_FIRST = 0.1
"""Seconds between attempts for as long as nobody has answered: the issuer may just be starting."""

NAME = "gateway"
"""The user that we are, and the audience of what we are told."""

TRUSTED_FOR = 5.0
"""Seconds after the last answer for which we believe that we know everything."""


class Feed:
    """Everything that ended, as far as it was told; a thread of its own keeps asking."""

    def __init__(self, issuer: Issuer, password: str) -> None:
        self.issuer = issuer
        self._password = password
        self._token = ""
        self._revoked: set[str] = set()
        self._cutoffs: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self._complete_at = float("-inf")

    def start(self) -> None:
        """Begin to ask; until the first answer nobody is let in."""
        Thread(target=self._keep_asking, daemon=True).start()

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        """Raises :class:`OSError` if nobody has told us anything for too long."""
        if time.monotonic() - self._complete_at > TRUSTED_FOR:
            raise OSError("The feed does not answer.")
        spared = {_key("token", "simplejwt", claims["iss"], claims["jti"])}
        subjects = [f"user {claims.get('user_id')}", f"session {claims.get('sid')}", "everyone"]
        spared |= {_key("subject", "session", str(claims.get("sid")))}
        issued_at = claims.get("auth_time", claims.get("iat", 0))
        ended = (cutoff for subject in subjects for cutoff in self._cutoffs.get(subject, ()))
        return claims["jti"] in self._revoked or any(
            issued_at <= until and kept not in spared for until, kept in ended
        )

    def _keep_asking(self) -> None:
        done: list[str] = []
        while True:
            try:
                done = self._ask(done)
            except (OSError, ValueError, KeyError, jwt.PyJWTError):
                # What we could not read is told again.
                time.sleep(EVERY if self._complete_at > 0 else UNTIL_FIRST)

    def _ask(self, done: list[str]) -> list[str]:
        """Acknowledge what we have, and take what is next; the names of that."""
        asked_at = time.monotonic()
        self._token = self._token or self._log_in()
        try:
            answer = self._post("/event-feed/", {"ack": done}, self._token)
        except HTTPError as error:
            self._token = "" if error.code == 401 else self._token
            raise
        for raw in answer["sets"].values():
            self.take(raw)
        if not answer["moreAvailable"]:
            self._complete_at = asked_at
            time.sleep(EVERY)
        return list(answer["sets"])

    def take(self, raw: str) -> None:
        """Remember what one security event token says."""
        said = self.issuer.verified(
            raw, typ="secevent+jwt", required=["iat", "jti", "events"], audience=NAME
        )
        (event,) = said["events"].values()
        match said["sub_id"]:
            case {"format": "jwt_id", "jti": jti}:
                self._revoked.add(jti)
            case {"format": "iss_sub", "sub": sub}:
                self._cut_off(f"user {sub}", event)
            case {"format": "complex", "session": {"id": session}}:
                self._cut_off(f"session {session}", event)
            case {"format": "complex", "tenant": _}:
                self._cut_off("everyone", event)

    def _cut_off(self, subject: str, event: Mapping[str, Any]) -> None:
        self._cutoffs[subject].append((event["event_timestamp"], event.get("except", "")))

    def _log_in(self) -> str:
        credentials = {"username": NAME, "password": self._password}
        return str(self._post("/auth/login/", credentials)["token"])

    def _post(self, path: str, body: Mapping[str, Any], token: str = "") -> Any:
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Token {token}"} if token else {}
        data = json.dumps(body).encode()
        request = Request(self.issuer.origin + path, data, headers)  # noqa: S310 - the issuer
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read())


def _key(*parts: str) -> str:
    """As ``except`` names what a cutoff spares: a UUID made of a SHA-256 over the parts."""
    data = b"".join(b"%d:%b" % (len(part), part) for part in (p.encode() for p in parts))
    return str(uuid.UUID(bytes=hashlib.sha256(data).digest()[:16], version=4))
