"""OAuth Toolkit's URLs with views that check revocations, under the same names.

Include them as ``path("o/", include("token_revocation.contrib.oauth2_provider.urls"))``.
"""

from __future__ import annotations

from django.urls import URLPattern, path
from oauth2_provider import urls

from token_revocation.contrib.oauth2_provider._error_responses import handle_database_errors
from token_revocation.contrib.oauth2_provider.views import (
    RevocableClientManagementView,
    RevocableDeviceConfirmView,
    RevocableIntrospectTokenView,
    RevocableTokenView,
)

app_name = "oauth2_provider"

REPLACEMENTS = [
    path("token/", RevocableTokenView.as_view(), name="token"),
    path("introspect/", RevocableIntrospectTokenView.as_view(), name="introspect"),
    path(
        "device-confirm/<slug:client_id>/<slug:user_code>",
        RevocableDeviceConfirmView.as_view(),
        name="device-confirm",
    ),
    path(
        "register/<str:client_id>/",
        RevocableClientManagementView.as_view(),
        name="dcr-register-management",
    ),
]

_replaced_names = {each.name for each in REPLACEMENTS}

urlpatterns = [
    *REPLACEMENTS,
    *(each for each in urls.urlpatterns if each.name not in _replaced_names),
]
urlpatterns = [
    URLPattern(each.pattern, handle_database_errors(each.callback), each.default_args, each.name)
    for each in urlpatterns
]
