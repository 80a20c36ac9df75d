"""URLs of djoser's endpoints for JWTs, with djoser's names.

Include them as ``include("token_revocation.contrib.djoser.urls.jwt")``.
"""

from __future__ import annotations

from django.urls import URLPattern
from djoser.urls import jwt

from token_revocation.contrib.simplejwt import views

REPLACEMENTS = {
    "jwt-create": views.RevocableTokenObtainPairView,
    "jwt-refresh": views.RevocableTokenRefreshView,
    "jwt-verify": views.RevocableTokenVerifyView,
}

urlpatterns = [
    URLPattern(url.pattern, REPLACEMENTS[url.name].as_view(), url.default_args, url.name)
    for url in jwt.urlpatterns
]
