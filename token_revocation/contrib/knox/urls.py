"""URLs of knox's endpoints, with knox's names.

Include them as ``path("api/auth/", include("token_revocation.contrib.knox.urls"))``.
"""

from __future__ import annotations

from django.urls import path

from token_revocation.contrib.knox.views import (
    RevocableLoginView,
    RevocableLogoutAllView,
    RevocableLogoutView,
)

urlpatterns = [
    path("login/", RevocableLoginView.as_view(), name="knox_login"),
    path("logout/", RevocableLogoutView.as_view(), name="knox_logout"),
    path("logoutall/", RevocableLogoutAllView.as_view(), name="knox_logoutall"),
]
