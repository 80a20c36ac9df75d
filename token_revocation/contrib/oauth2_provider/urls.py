"""OAuth Toolkit's endpoints, ours first: ``path("o/", include("….oauth2_provider.urls"))``."""

from __future__ import annotations

from django.urls import path
from oauth2_provider import urls

from token_revocation.contrib.oauth2_provider.views import RevocableIntrospectTokenView

app_name = "oauth2_provider"

urlpatterns = [
    path("introspect/", RevocableIntrospectTokenView.as_view(), name="introspect"),
    *urls.urlpatterns,
]
