"""URLs of simplejwt's endpoints, with simplejwt's names.

Include them as ``path("api/", include("token_revocation.contrib.simplejwt.urls"))``.
"""

from __future__ import annotations

from django.urls import path

from token_revocation.contrib.simplejwt import views

urlpatterns = [
    path("token/", views.RevocableTokenObtainPairView.as_view(), name="token_obtain_pair"),
    path("token/refresh/", views.RevocableTokenRefreshView.as_view(), name="token_refresh"),
    path("token/verify/", views.RevocableTokenVerifyView.as_view(), name="token_verify"),
    path("token/revoke/", views.TokenRevokeView.as_view(), name="token_revoke"),
    path(
        "token/sliding/",
        views.RevocableTokenObtainSlidingView.as_view(),
        name="token_obtain_sliding",
    ),
    path(
        "token/sliding/refresh/",
        views.RevocableTokenRefreshSlidingView.as_view(),
        name="token_refresh_sliding",
    ),
]
