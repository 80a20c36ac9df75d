"""The kinds of token of the demonstration whose packages are installed.

The page has its own entries in ``static/example_project/kinds.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from example_project.jwk import CAN_SIGN


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The settings of one kind of token."""

    name: str
    """The name of the module in ``token_revocation.contrib``."""
    app: str
    authentication_class: str
    """The authentication class in that module."""
    adapter_class: str
    """The adapter in that module."""
    label: str
    about: str

    @property
    def is_installed(self) -> bool:
        """Whether the package can be imported."""
        return find_spec(self.app.partition(".")[0]) is not None

    @property
    def authentication(self) -> str:
        """The dotted path for ``DEFAULT_AUTHENTICATION_CLASSES``."""
        return self._path(self.authentication_class)

    @property
    def adapter(self) -> str:
        """The dotted path for ``ADAPTERS``."""
        return self._path(self.adapter_class)

    def _path(self, name: str) -> str:
        return f"token_revocation.contrib.{self.name}.{name}"


JWT = Kind(
    name="simplejwt",
    app="rest_framework_simplejwt",
    authentication_class="RevocableJWTAuthentication",
    adapter_class="SimpleJWTAdapter",
    label="JSON Web Token",
    about="A login starts a session: a refresh token that can be used once, and short-lived access "
    "tokens. Logging out revokes all of them.",
)
DRF = Kind(
    name="authtoken",
    app="rest_framework.authtoken",
    authentication_class="RevocableTokenAuthentication",
    adapter_class="AuthTokenAdapter",
    label="Django REST framework’s token",  # noqa: RUF001 - a typographic apostrophe
    about="A user has one token, which every device shares. Logging one device out logs out all of "
    "them. The next login creates a new token.",
)
KNOX = Kind(
    name="knox",
    app="knox",
    authentication_class="RevocableKnoxAuthentication",
    adapter_class="KnoxAdapter",
    label="knox",
    about="Each login creates a token. The server stores only its digest.",
)
OAUTH = Kind(
    name="oauth2_provider",
    app="oauth2_provider",
    authentication_class="RevocableOAuth2Authentication",
    adapter_class="OAuth2ProviderAdapter",
    label="OAuth Toolkit",
    about="A client gets an access and a refresh token. Revoking one revokes both. This page uses "
    "the password grant; real clients use the authorization page.",
)

KINDS: Sequence[Kind] = [kind for kind in (JWT, DRF, KNOX, OAUTH) if kind.is_installed]
"""The available kinds in the order of the page. That of DRF is always available."""

AUTHENTICATION_CLASSES: Sequence[str] = [
    kind.authentication for kind in sorted(KINDS, key=lambda k: k is not OAUTH)
]
"""OAuth Toolkit comes first: both it and simplejwt use "Bearer", and simplejwt rejects all other
tokens, while OAuth Toolkit passes unknown tokens on to the next class."""

CAN_BE_VERIFIED = JWT in KINDS and CAN_SIGN
"""Whether a gateway can verify JWTs: by signature, status list and event feed."""
