"""One refresh token for another: who uses it up may mint, and nobody may do so twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rest_framework.request import Request

from token_revocation import services
from token_revocation.contrib.simplejwt.claims import identifier_claim
from token_revocation.contrib.simplejwt.doors import refuse
from token_revocation.services import Exchange
from token_revocation.services.transactions import again_if_undone, writing
from token_revocation.tokens import TokenRef, name_key


def rotate(token: Any, ref: TokenRef, request: Request | None) -> Any:
    """The refresh token that takes the place of ``token``, which is used up from now on.

    Of any number of concurrent calls one mints; within ``REFRESH_GRACE`` the others are served
    the same token. Raises ``TokenRevoked`` if ``token`` is refused, and what that ends has been
    committed by then (:func:`token_revocation.services.exchange`).
    """
    child = _exchange(token, ref)
    if child is None:
        refuse(ref, request)
    return child


@again_if_undone
def _exchange(token: Any, ref: TokenRef) -> Any:
    child = successor(ref)
    with writing(None) as alias:
        made = services.exchange(ref, child, using=alias)
        return None if made is None else _mint(token, child, made)


def successor(ref: TokenRef) -> TokenRef:
    """The one token that may take the place of ``ref``: its name follows from that of ``ref``."""
    return replace(ref, identifier=name_key("successor", ref.key.hex).hex)


def _mint(token: Any, child: TokenRef, made: Exchange) -> Any:
    """Make ``token`` its successor, whose life was fixed when ``token`` was first used."""
    token.payload[identifier_claim()] = child.identifier
    token.set_exp(from_time=made.at)
    token.set_iat()
    if made.first:
        token.outstand()
    return token
