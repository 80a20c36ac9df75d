"""OAuth Toolkit's endpoints, by the same names: ``path("o/", include("….oauth2_provider.urls"))``."""

from __future__ import annotations

from django.urls import URLPattern, path
from oauth2_provider import urls

from token_revocation.contrib.oauth2_provider.answering import answering
from token_revocation.contrib.oauth2_provider.views import RevocableIntrospectTokenView

app_name = "oauth2_provider"

urlpatterns = [
    path("introspect/", RevocableIntrospectTokenView.as_view(), name="introspect"),
    *urls.urlpatterns,
]
urlpatterns = [
    URLPattern(each.pattern, answering(each.callback), each.default_args, each.name)
    for each in urlpatterns
]
