"""Give a token its place in a list. Section 6.2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse

from token_revocation.conf import settings
from token_revocation.services.transactions import writing
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.standards.status_list.permutation import permute
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

SIZE = 2**20
"""Places in a list: few lists keep any one of them common to many (section 12.1)."""

WINDOW = timedelta(days=1)
"""Tokens whose expiry falls into the same day share a list."""


class StatusListMixin:
    """For a token class of simplejwt: every token says where its state can be looked up.

    Put it before the class::

        class AccessToken(StatusListMixin, RevocableAccessToken):
            adapter = SimpleJWTAdapter()
    """

    adapter: Any
    payload: dict[str, Any]
    no_copy_claims: tuple[str, ...]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A token made from this one has a place of its own (section 13.2).
        cls.no_copy_claims = (*getattr(cls, "no_copy_claims", ()), "status")

    def __str__(self) -> str:
        if "status" not in self.payload:
            self.payload["status"] = status_claim(self.adapter.identify(self))
        return super().__str__()


def status_claim(token: TokenRef) -> dict[str, Any]:
    """The claim ``status`` for a token about to be issued; its place is taken for good.

    Raises :class:`~token_revocation.exceptions.RevocationUnavailable` if it cannot be stored,
    and :class:`ValueError` for a token that never expires: its list could not retire.
    """
    expires_at = token.expires_at
    if expires_at is None:
        raise ValueError("A token in a status list has to expire.")
    with writing(None) as using:
        found, index = _take_place(expires_at, using)
        _note(token, found, index, expires_at, using)
    return {"status_list": {"idx": index, "uri": list_uri(found)}}


def list_uri(status_list: StatusList) -> str:
    """The address of the list: ``ISSUER`` and the path at which its view is included."""
    path = reverse("token_revocation_status_list:list", args=[status_list.pk])
    return f"{settings.ISSUER.rstrip('/')}{path}"


def _take_place(expires_at: datetime, using: str) -> tuple[StatusList, int]:
    """A place that nobody else has. Compare-and-set, on every database."""
    window = int(expires_at.timestamp() // WINDOW.total_seconds())
    while True:
        found = _open_list(window, using)
        mine = StatusList.objects.using(using).filter(pk=found.pk, used=found.used)
        if mine.update(used=F("used") + 1):
            return found, permute(found.used, found.size, found.order_key)


def _open_list(window: int, using: str) -> StatusList:
    lists = StatusList.objects.using(using)
    found = lists.filter(window=window, used__lt=F("size")).order_by("pk").first()
    end = datetime.fromtimestamp((window + 1) * WINDOW.total_seconds(), UTC)
    return found or lists.create(size=SIZE, window=window, expires_at=end)


def _note(token: TokenRef, found: StatusList, index: int, expires_at: datetime, using: str) -> None:
    kinds = ("user", "session", "client")
    keys = {f"{kind}_key": subject.key for kind in kinds if (subject := token.subject(kind))}
    ListedToken.objects.using(using).create(
        status_list=found,
        index=index,
        key=token.key,
        issued_at=token.issued_at or BEFORE_ALL_CUTOFFS,
        expires_at=expires_at,
        **keys,
    )
