"""URLs of the page of sessions, for a path such as ``account/sessions/``."""

from __future__ import annotations

from django.urls import path

from token_revocation.sessions.pages import views

app_name = "token_session_pages"

urlpatterns = [
    path("", views.SessionsPage.as_view(), name="list"),
    path("log-out-others/", views.LogOutOthersPage.as_view(), name="log-out-others"),
    path("<uuid:session_id>/log-out/", views.LogOutPage.as_view(), name="log-out"),
    path("<uuid:session_id>/rename/", views.RenamePage.as_view(), name="rename"),
]
