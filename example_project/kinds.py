"""The kinds of token that can be shown here: those whose packages are installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from example_project.signing_key import CAN_SIGN


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a project sets to have a kind of token revoked, and what there is to know of it."""

    name: str
    package: str
    app: str
    authentication: str
    adapter: str
    label: str
    about: str

    @property
    def is_installed(self) -> bool:
        """Whether its package can be imported."""
        return find_spec(self.package) is not None


JWT = Kind(
    name="simplejwt",
    package="rest_framework_simplejwt",
    app="rest_framework_simplejwt.token_blacklist",
    authentication="token_revocation.contrib.simplejwt.RevocableJWTAuthentication",
    adapter="token_revocation.contrib.simplejwt.SimpleJWTAdapter",
    label="JSON Web Token",
    about="A login begins a session: a refresh token, good for one refresh, and short-lived access "
    "tokens. Ending the session ends all of them.",
)
DRF = Kind(
    name="authtoken",
    package="rest_framework",
    app="rest_framework.authtoken",
    authentication="token_revocation.contrib.authtoken.RevocableTokenAuthentication",
    adapter="token_revocation.contrib.authtoken.AuthTokenAdapter",
    label="Django REST framework’s own",  # noqa: RUF001 - as it is typeset
    about="A user has one token, which every device shares: logging one device out logs all of them "
    "out. The next login gives a new one.",
)
KNOX = Kind(
    name="knox",
    package="knox",
    app="knox",
    authentication="token_revocation.contrib.knox.RevocableKnoxAuthentication",
    adapter="token_revocation.contrib.knox.KnoxAdapter",
    label="knox",
    about="Each login gives a token of its own, of which the server keeps only a digest.",
)

KINDS: Sequence[Kind] = [kind for kind in (JWT, DRF, KNOX) if kind.is_installed]
"""Those at hand. Django REST framework's own always is."""

CAN_BE_VERIFIED = JWT in KINDS and CAN_SIGN
"""Whether others can verify our JWTs: by a signature, a status list and an event feed."""
