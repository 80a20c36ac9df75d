"""The kinds of token that can be shown here: those whose packages are installed.

All that the server needs to know of a kind is its entry; what a device does with it, one in
``static/example_project/kinds.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from example_project.signing_key import CAN_SIGN


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a project sets to have a kind of token revoked, and what there is to know of it."""

    name: str
    """Of the module in ``token_revocation.contrib``."""
    app: str
    gate: str
    """Its authentication class in that module."""
    reader: str
    """Its adapter there."""
    label: str
    about: str

    @property
    def is_installed(self) -> bool:
        """Whether its package can be imported."""
        return find_spec(self.app.partition(".")[0]) is not None

    @property
    def authentication(self) -> str:
        """For ``DEFAULT_AUTHENTICATION_CLASSES``."""
        return self._path(self.gate)

    @property
    def adapter(self) -> str:
        """For ``ADAPTERS``."""
        return self._path(self.reader)

    def _path(self, name: str) -> str:
        return f"token_revocation.contrib.{self.name}.{name}"


JWT = Kind(
    name="simplejwt",
    app="rest_framework_simplejwt.token_blacklist",
    gate="RevocableJWTAuthentication",
    reader="SimpleJWTAdapter",
    label="JSON Web Token",
    about="A login begins a session: a refresh token, good for one refresh, and short-lived access "
    "tokens. Ending the session ends all of them.",
)
DRF = Kind(
    name="authtoken",
    app="rest_framework.authtoken",
    gate="RevocableTokenAuthentication",
    reader="AuthTokenAdapter",
    label="Django REST framework’s own",  # noqa: RUF001 - as it is typeset
    about="A user has one token, which every device shares: logging one device out logs all of them "
    "out. The next login gives a new one.",
)
KNOX = Kind(
    name="knox",
    app="knox",
    gate="RevocableKnoxAuthentication",
    reader="KnoxAdapter",
    label="knox",
    about="Each login gives a token of its own, of which the server keeps only a digest.",
)
OAUTH = Kind(
    name="oauth2_provider",
    app="oauth2_provider",
    gate="RevocableOAuth2Authentication",
    reader="OAuth2ProviderAdapter",
    label="OAuth Toolkit",
    about="A client is given an access and a refresh token; ending one ends both. Here it asks "
    "with the password, for brevity; in earnest it sends people to an authorization page.",
)

KINDS: Sequence[Kind] = [kind for kind in (JWT, DRF, KNOX, OAUTH) if kind.is_installed]
"""Those at hand, as they are offered. Django REST framework's own always is."""

GATES: Sequence[str] = [kind.authentication for kind in sorted(KINDS, key=lambda k: k is not OAUTH)]
"""Both OAuth Toolkit and simplejwt have "Bearer", and simplejwt refuses what is no JWT: it is asked
after OAuth Toolkit, which leaves what it does not know to others."""

CAN_BE_VERIFIED = JWT in KINDS and CAN_SIGN
"""Whether others can verify our JWTs: by a signature, a status list and an event feed."""
