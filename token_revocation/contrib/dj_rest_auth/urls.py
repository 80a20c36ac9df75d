"""URLs of dj-rest-auth's endpoints, with dj-rest-auth's names.

Include them as ``include("token_revocation.contrib.dj_rest_auth.urls")``.
"""

from __future__ import annotations

from typing import Any

from dj_rest_auth import urls
from django.urls import URLPattern

from token_revocation._error_reports import protect_view
from token_revocation.contrib.dj_rest_auth import views
from token_revocation.contrib.simplejwt.views import RevocableTokenVerifyView

REPLACEMENTS: dict[str, Any] = {
    "rest_logout": views.RevocableLogoutView,
    "token_verify": RevocableTokenVerifyView,
    "token_refresh": views.RevocableCookieTokenRefreshView,
}


def _get_view(url: URLPattern) -> Any:
    """Return the replacement of a view, or the view with protected error reports."""
    replacement = REPLACEMENTS.get(url.name or "")
    return replacement.as_view() if replacement else protect_view(url.callback)


urlpatterns = [
    URLPattern(url.pattern, _get_view(url), url.default_args, url.name) for url in urls.urlpatterns
]
