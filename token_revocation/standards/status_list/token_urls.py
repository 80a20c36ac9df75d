"""URLs of simplejwt's endpoints that issue tokens with a status list index.

Include them instead of :mod:`token_revocation.contrib.simplejwt.urls`; the names are the same::

    path("api/", include("token_revocation.standards.status_list.token_urls"))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import path

from token_revocation.contrib.simplejwt import urls, views
from token_revocation.standards.status_list import simplejwt

SERIALIZERS: Mapping[type[views.RevocableTokenView], Any] = {
    views.RevocableTokenObtainPairView: simplejwt.ListedTokenObtainPairSerializer,
    views.RevocableTokenRefreshView: simplejwt.ListedTokenRefreshSerializer,
    views.RevocableTokenObtainSlidingView: simplejwt.ListedTokenObtainSlidingSerializer,
    views.RevocableTokenRefreshSlidingView: simplejwt.ListedTokenRefreshSlidingSerializer,
}


def _with_listed_tokens(pattern: Any) -> Any:
    """Return ``pattern``, with a serializer for listed tokens if its view issues any."""
    view_class = pattern.callback.view_class
    if view_class not in SERIALIZERS:
        return pattern
    view = view_class.as_view(serializer_class=SERIALIZERS[view_class])
    return path(str(pattern.pattern), view, name=pattern.name)


urlpatterns = [_with_listed_tokens(pattern) for pattern in urls.urlpatterns]
