"""Rotation of refresh tokens: each refresh token can be exchanged once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from rest_framework.request import Request

from token_revocation.clock import now
from token_revocation.contrib.simplejwt import _session_rows
from token_revocation.contrib.simplejwt._claims import get_expires_at, get_identifier_claim
from token_revocation.contrib.simplejwt._validation import reject
from token_revocation.contrib.simplejwt.tokens import limit_expiry
from token_revocation.services import Rotation
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.tokens import TokenRef, name_key


def rotate(token: Any, ref: TokenRef, request: Request | None) -> Any:
    """Use up ``token`` and return the refresh token that replaces it.

    One of several concurrent calls issues the successor. Within ``REFRESH_GRACE_PERIOD`` the
    others return the same successor.

    Raises:
        TokenRevoked: ``token`` is rejected. The revocation of its session, if any, is already
            committed (:func:`token_revocation.services.rotate`).
    """
    # Chosen before the first attempt, which may mark the token.
    successor = _rotate_once(token, ref, _session_rows.get_rotation(token))
    if successor is None:
        reject(ref, request)
    return successor


@retry_on_deadlock
def _rotate_once(token: Any, ref: TokenRef, exchange: _session_rows.SessionRotation) -> Any:
    with atomic_write(None) as alias:
        rotation = exchange(ref, partial(_prepare_successor, token, ref), alias)
        return None if rotation is None else _issue_successor(token, ref, rotation)


def get_successor_ref(ref: TokenRef) -> TokenRef:
    """Return the reference of the successor of ``ref``.

    There is only one, as its identifier is derived from ``ref``. It keeps what precedes the last
    dot, by which a revocation finds the index of the session in a status list.
    """
    session, dot, _ = ref.identifier.rpartition(".")
    return replace(ref, identifier=f"{session}{dot}{name_key('successor', ref.key.hex).hex}")


def set_successor_expiry(token: Any, ref: TokenRef, rotated_at: datetime) -> None:
    """Set the expiry of the successor: one lifetime after the first rotation, within its session.

    Every retry must get the same one, so it depends on these arguments and on settings only.
    """
    token.set_exp(from_time=rotated_at)
    limit_expiry(token.payload)


def _prepare_successor(token: Any, ref: TokenRef, rotated_at: datetime) -> TokenRef:
    """Set the expiry of ``token`` to that of its successor, and return the successor."""
    set_successor_expiry(token, ref, rotated_at)
    return replace(get_successor_ref(ref), expires_at=get_expires_at(token.payload))


def _issue_successor(token: Any, ref: TokenRef, rotation: Rotation) -> Any:
    """Change ``token`` into its successor."""
    successor = _prepare_successor(token, ref, rotation.rotated_at)
    token.payload[get_identifier_claim()] = successor.identifier
    # A retry gets an equal token. A host whose clock is behind would reject a time in the future.
    token.set_iat(at_time=min(rotation.rotated_at, now()))
    _session_rows.mark(token)
    if rotation.is_first_use:
        token.outstand()
    return token
