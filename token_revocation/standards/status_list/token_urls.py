"""simplejwt's endpoints, whose tokens have places in status lists.

They stand in for those of :mod:`token_revocation.contrib.simplejwt.urls`, by the same names::

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


def _listed(pattern: Any) -> Any:
    """The same address and name; what makes tokens makes them with places."""
    view_class = pattern.callback.view_class
    if view_class not in SERIALIZERS:
        return pattern
    view = view_class.as_view(serializer_class=SERIALIZERS[view_class])
    return path(str(pattern.pattern), view, name=pattern.name)


urlpatterns = [_listed(pattern) for pattern in urls.urlpatterns]
