"""The demonstration, an API, the endpoints of token_revocation, and the admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import URLPattern, URLResolver, include, path

from example_project import page, swagger, views
from example_project.kinds import CAN_BE_VERIFIED, JWT, KINDS, KNOX, OAUTH

login = LoginView.as_view(template_name="example_project/login.html")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.page, name="demonstration"),
    path("demonstration/state/", page.state, name="demonstration-state"),
    path("admin/", admin.site.urls),
    path("api/hello/", views.HelloView.as_view()),
    path("auth/", include("token_revocation.urls")),
    path("auth/", include("token_revocation.sessions.urls")),
    path("account/login/", login, name="login"),
    path("account/sessions/", include("token_revocation.sessions.pages.urls")),
]

if CAN_BE_VERIFIED:
    urlpatterns += [
        path("api/", include("token_revocation.standards.status_list.token_urls")),
        path("jwks.json", include("token_revocation.standards.jwks")),
        path("event-feed/", include("token_revocation.standards.event_feed.urls")),
        path("status-lists/", include("token_revocation.standards.status_list.urls")),
    ]
elif JWT in KINDS:
    urlpatterns += [path("api/", include("token_revocation.contrib.simplejwt.urls"))]

if KNOX in KINDS:
    from example_project.knox_login import KnoxLoginView

    urlpatterns += [path("api/knox/", KnoxLoginView.as_view())]

if OAUTH in KINDS:
    urlpatterns += [path("o/", include("token_revocation.contrib.oauth2_provider.urls"))]

if swagger.IS_INSTALLED:
    urlpatterns += [path("api/", include("example_project.swagger.urls"))]
