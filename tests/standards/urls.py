"""URLs of all specifications' endpoints."""

from __future__ import annotations

from django.urls import include, path

from tests.urls import urlpatterns as base_urls

urlpatterns = [
    *base_urls,
    path("global/", include("token_revocation.standards.global_token_revocation")),
    path("backchannel/", include("token_revocation.standards.backchannel_logout")),
    path("jwks.json", include("token_revocation.standards.jwks")),
    path("metadata", include("token_revocation.standards.rfc8414")),
    path("introspect/", include("token_revocation.standards.rfc7662")),
    path("introspect/signed/", include("token_revocation.standards.rfc9701")),
    path("event-feed/", include("token_revocation.standards.event_feed.urls")),
    path("status-lists/", include("token_revocation.standards.status_list.urls")),
    path("events/", include("token_revocation.standards.event_receiver")),
]
