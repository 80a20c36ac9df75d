"""Throttles of the endpoints, with default rates."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from token_revocation._rows import find_users
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.tokens import name_key

logger = logging.getLogger("token_revocation")


class RevocationThrottle(SimpleRateThrottle):
    """Limit requests by user, or by IP address if the request is anonymous.

    ``DEFAULT_THROTTLE_RATES`` of Django REST framework overrides the rate, under :attr:`scope`. A
    rate of ``None`` disables the throttle. If the cache fails, requests are allowed, because a
    revocation must not be prevented.
    """

    scope = "token_revocation"
    default_rate: ClassVar[str] = "120/min"

    def get_rate(self) -> Any:
        """Return the current rate in the settings, or :attr:`default_rate`."""
        return api_settings.DEFAULT_THROTTLE_RATES.get(self.scope, self.default_rate)

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Return whether the request is allowed, also if the cache fails."""
        try:
            return super().allow_request(request, view)
        except Exception:  # Each cache backend raises its own exceptions.
            logger.exception("Throttle cache error.")
            return self.is_allowed_without_cache()

    def is_allowed_without_cache(self) -> bool:
        """Return whether a request is allowed if the cache failed."""
        return True

    def get_ident(self, request: Request) -> str:
        """Return the IP address; without ``NUM_PROXIES``, ``X-Forwarded-For`` is ignored."""
        # Django REST framework would trust the header, which any client can forge.
        # https://www.django-rest-framework.org/api-guide/throttling/#how-clients-are-identified
        if api_settings.NUM_PROXIES is None:
            return str(request.META.get("REMOTE_ADDR", ""))
        return super().get_ident(request)

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return a key made of a digest, because caches do not accept all characters."""
        client = self.get_client(request)
        if client is None:
            return None
        digest = name_key("throttle", *client).hex
        return self.cache_format % {"scope": self.scope, "ident": digest}

    def get_client(self, request: Request) -> tuple[str, str] | None:
        """Return the type and the ID of the counted client; ``None`` allows the request."""
        pk = getattr(request.user, "pk", None)
        return ("address", self.get_ident(request)) if pk is None else ("user", str(pk))


class LoginThrottle(RevocationThrottle):
    """Limit logins by user or IP address. If the cache fails, logins are rejected."""

    scope = "token_revocation_login"
    default_rate = "20/min"

    def is_allowed_without_cache(self) -> bool:
        raise RevocationUnavailable


class LoginNameThrottle(LoginThrottle):
    """Limit logins by account, regardless of the IP address.

    The rate is that of :class:`LoginThrottle` by default. An unknown username is counted too. The
    cache key contains only a keyed digest of it.
    """

    scope = "token_revocation_login_name"
    _name: str | None = None

    def get_rate(self) -> Any:
        return api_settings.DEFAULT_THROTTLE_RATES.get(self.scope, LoginThrottle().rate)

    def allow_request(self, request: Request, view: APIView) -> bool:
        self._name = _get_username(request)  # Outside the try block, for errors of the parser.
        return super().allow_request(request, view)

    def get_client(self, request: Request) -> tuple[str, str] | None:
        if self._name is None:
            return None
        # By a collation of a database, many spellings of a username may be equal.
        # https://mariadb.com/kb/en/supported-character-sets-and-collations/
        found = find_users(**{get_user_model().USERNAME_FIELD: self._name.strip()})
        if found:
            return "account", str(found[0].pk)
        folded = unicodedata.normalize("NFKC", self._name).casefold().strip()
        return "name", salted_hmac(self.scope, folded, algorithm="sha256").hexdigest()


def _get_username(request: Request) -> str | None:
    if request.method != "POST":  # The view rejects other methods.
        return None
    data = request.data
    if not isinstance(data, Mapping):
        return None
    name = data.get(get_user_model().USERNAME_FIELD, data.get("username"))
    # A CharField of Django REST framework accepts numbers.
    is_valid = isinstance(name, str | int | float) and not isinstance(name, bool)
    return str(name) if is_valid else None
