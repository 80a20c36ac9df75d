"""The user agent and the address of the client of a request."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple

from token_revocation.conf import settings
from token_revocation.sessions.models import MAX_USER_AGENT_LENGTH, UserAgent
from token_revocation.tokens import name_key


class ClientMetadata(NamedTuple):
    """What a session records about its client, as ``SESSION_METADATA`` says."""

    user_agent: str = ""
    ip_address: str | None = None

    @property
    def user_agent_id(self) -> uuid.UUID | None:
        """The primary key of the :class:`UserAgent`."""
        return name_key("user_agent", self.user_agent) if self.user_agent else None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a session that are known."""
        columns = {"user_agent_id": self.user_agent_id, "ip_address": self.ip_address}
        return {name: value for name, value in columns.items() if value is not None}


def describe_client(request: Any) -> ClientMetadata:
    """Return the metadata of Django's ``request``, or none if it is ``None``."""
    wanted, headers = settings.SESSION_METADATA, getattr(request, "META", {})
    return ClientMetadata(
        user_agent=_user_agent(headers) if "user_agent" in wanted else "",
        ip_address=_address(headers) if "ip_address" in wanted else None,
    )


def store_user_agents(clients: set[ClientMetadata], using: str) -> None:
    """Insert the user agents of ``clients`` that are not stored yet."""
    texts = {client.user_agent_id: client.user_agent for client in clients if client.user_agent}
    # A fixed order of locks prevents deadlocks.
    rows = [UserAgent(id=key, text=texts[key]) for key in sorted(filter(None, texts))]
    if rows:
        UserAgent.objects.using(using).bulk_create(rows, ignore_conflicts=True)


def _user_agent(headers: Mapping[str, Any]) -> str:
    text = str(headers.get("HTTP_USER_AGENT", ""))[:MAX_USER_AGENT_LENGTH]
    storable = text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return storable.strip()[:MAX_USER_AGENT_LENGTH]


def _address(headers: Mapping[str, Any]) -> str | None:
    """Return the address of the client, or ``None`` if it is unknown or invalid."""
    proxies = settings.SESSION_PROXY_COUNT
    if not proxies:
        return parse_address(str(headers.get("REMOTE_ADDR", "")))
    # Each proxy appends the address that it sees. A client may have sent the header too, so only
    # the entries of the proxies count.
    entries = str(headers.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", proxies)
    known = entries[-proxies:]
    return parse_address(known[0]) if len(known) == proxies else None


def parse_address(text: str) -> str | None:
    """Return the IP address in ``text``, without brackets and port, or ``None``."""
    text = text.strip()
    candidates = [text, text.rpartition(":")[0]] if "." in text else [text]
    if text.startswith("["):
        candidates = [text[1:].partition("]")[0]]
    for candidate in candidates:
        with suppress(ValueError):
            address = ip_address(candidate)
            if isinstance(address, IPv6Address):
                # PostgreSQL cannot store a zone, which has a meaning on one host only.
                address = address.ipv4_mapped or IPv6Address(int(address))
            return str(address)
    return None
