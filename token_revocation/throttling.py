"""Rates for the endpoints, before a project has thought of any."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.tokens import name_key

logger = logging.getLogger("token_revocation")


class RevocationThrottle(SimpleRateThrottle):
    """By user, or by address where nobody is logged in.

    ``DEFAULT_THROTTLE_RATES`` of Django REST framework overrides the rate, under :attr:`scope`;
    a rate of ``None`` there lifts it. If its cache fails, nobody is held up: a token must end.
    """

    scope = "token_revocation"
    default_rate: ClassVar[str] = "120/min"

    def get_rate(self) -> Any:
        """The project's rate, read now, or ours."""
        return api_settings.DEFAULT_THROTTLE_RATES.get(self.scope, self.default_rate)

    def allow_request(self, request: Request, view: APIView) -> bool:
        """As in Django REST framework, and an answer if the cache has none."""
        try:
            return super().allow_request(request, view)
        except Exception:  # Each cache raises errors of its own.
            logger.exception("The cache of the throttles failed.")
            return self.allow_uncounted()

    def allow_uncounted(self) -> bool:
        """Whether a request goes on that nobody could count."""
        return True

    def get_cache_key(self, request: Request, view: APIView) -> str:
        pk = getattr(request.user, "pk", None)
        who = ("address", self.get_ident(request)) if pk is None else ("user", str(pk))
        # A digest, as not every cache takes every name, and the address may be the client's word.
        return self.cache_format % {"scope": self.scope, "ident": name_key("throttle", *who).hex}


class LoginThrottle(RevocationThrottle):
    """Slow enough to make guessing passwords pointless; if nobody counts, there is no login."""

    scope = "token_revocation_login"
    default_rate = "20/min"

    def allow_uncounted(self) -> bool:
        raise RevocationUnavailable
