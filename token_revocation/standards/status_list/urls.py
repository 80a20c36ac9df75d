"""URLs of the status lists.

Include them as ``path("status-lists/", include("token_revocation.standards.status_list.urls"))``.
"""

from __future__ import annotations

from django.urls import path

from token_revocation.standards.status_list.views import AggregationView, StatusListView

app_name = "token_revocation_status_list"

urlpatterns = [
    path("", AggregationView.as_view(), name="aggregation"),
    path("<uuid:list_id>/", StatusListView.as_view(), name="list"),
]
