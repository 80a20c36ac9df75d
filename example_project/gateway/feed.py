"""A client of the event feed (RFC 8936) that polls every second."""

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

POLL_INTERVAL_SECONDS = 1.0
RETRY_DELAY_SECONDS = 0.1
"""Before the first response, as the issuer may still be starting."""

NAME = "gateway"
"""The user of the gateway, and the audience of its events."""

TRUSTED_SECONDS = 5.0
"""Seconds after the last answer for which the known events count as complete."""


class Feed:
    """The revocations received as events; a thread polls for more."""

    def __init__(self, issuer: Issuer, password: str) -> None:
        self.issuer = issuer
        self._password = password
        self._token = ""
        self._revoked: set[str] = set()
        self._cutoffs: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self._complete_at = float("-inf")

    def start(self) -> None:
        """Start polling; until the first answer every token is rejected."""
        Thread(target=self._poll_forever, daemon=True).start()

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        """Raise :class:`OSError` if the feed has not answered for too long."""
        if time.monotonic() - self._complete_at > TRUSTED_SECONDS:
            raise OSError("No response from the event feed.")
        exempt = {_key("token", "simplejwt", claims["iss"], claims["jti"])}
        subjects = [f"user {claims.get('user_id')}", f"session {claims.get('sid')}", "everyone"]
        exempt |= {_key("subject", "session", str(claims.get("sid")))}
        issued_at = claims.get("auth_time", claims.get("iat", 0))
        cutoffs = (cutoff for subject in subjects for cutoff in self._cutoffs.get(subject, ()))
        return claims["jti"] in self._revoked or any(
            issued_at <= until and kept not in exempt for until, kept in cutoffs
        )

    def _poll_forever(self) -> None:
        received_ids: list[str] = []
        while True:
            try:
                received_ids = self._poll(received_ids)
            except (OSError, ValueError, KeyError, jwt.PyJWTError):
                # An event that could not be read is delivered again.
                time.sleep(POLL_INTERVAL_SECONDS if self._complete_at > 0 else RETRY_DELAY_SECONDS)

    def _poll(self, received_ids: list[str]) -> list[str]:
        """Acknowledge ``received_ids``, apply the next events, and return their ids."""
        asked_at = time.monotonic()
        self._token = self._token or self._log_in()
        try:
            answer = self._post("/event-feed/", {"ack": received_ids}, self._token)
        except HTTPError as error:
            self._token = "" if error.code == 401 else self._token
            raise
        for raw in answer["sets"].values():
            self.take(raw)
        if not answer["moreAvailable"]:
            self._complete_at = asked_at
            time.sleep(POLL_INTERVAL_SECONDS)
        return list(answer["sets"])

    def take(self, raw: str) -> None:
        """Apply one security event token."""
        event_token = self.issuer.verify(
            raw, typ="secevent+jwt", required=["iat", "jti", "events"], audience=NAME
        )
        (event,) = event_token["events"].values()
        match event_token["sub_id"]:
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
    """Return the key that ``except`` holds: a UUID made of a SHA-256 over the parts."""
    data = b"".join(b"%d:%b" % (len(part), part) for part in (p.encode() for p in parts))
    return str(uuid.UUID(bytes=hashlib.sha256(data).digest()[:16], version=4))
