"""URLs of the event feed.

Include them as ``path("event-feed/", include("token_revocation.standards.event_feed.urls"))``.
"""

from __future__ import annotations

from django.urls import path

from token_revocation.standards.event_feed.views import PollView

app_name = "token_revocation_event_feed"

urlpatterns = [path("", PollView.as_view(), name="poll")]
