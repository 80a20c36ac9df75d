"""URLs of the endpoints, for ``path("auth/", include("token_revocation.urls"))``."""

from __future__ import annotations

from django.urls import path

from token_revocation import views

app_name = "token_revocation"

LOGIN = path("login/", views.LoginView.as_view(), name="login")

urlpatterns = [
    LOGIN,
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("logout/all/", views.LogoutAllView.as_view(), name="logout-all"),
    path("tokens/", views.TokenListView.as_view(), name="token-list"),
    path("tokens/<uuid:token_id>/", views.TokenDetailView.as_view(), name="token-detail"),
    path("revoke/", views.RevokeView.as_view(), name="revoke"),
    path("revoke/leaked/", views.LeakedTokensView.as_view(), name="revoke-leaked"),
    path("users/<str:user_id>/revoke/", views.UserRevokeView.as_view(), name="user-revoke"),
]

without_login = ([pattern for pattern in urlpatterns if pattern is not LOGIN], app_name)
"""All URLs except ``login/``, for ``path("auth/", include(token_revocation.urls.without_login))``."""
