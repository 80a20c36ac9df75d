"""URLs of sessions, for ``path("auth/", include("token_revocation.sessions.urls"))``."""

from __future__ import annotations

from django.urls import path

from token_revocation.sessions import views

app_name = "token_sessions"

urlpatterns = [
    path("sessions/", views.SessionListView.as_view(), name="session-list"),
    path(
        "sessions/revoke-others/",
        views.RevokeOtherSessionsView.as_view(),
        name="session-revoke-others",
    ),
    path("sessions/<uuid:session_id>/", views.SessionDetailView.as_view(), name="session-detail"),
    path(
        "users/<str:user_id>/sessions/",
        views.UserSessionListView.as_view(),
        name="user-session-list",
    ),
    path(
        "users/<str:user_id>/sessions/<uuid:session_id>/",
        views.UserSessionDetailView.as_view(),
        name="user-session-detail",
    ),
]
