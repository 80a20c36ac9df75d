"""Every endpoint behind every class: ``/authtoken/logout/``, ``/simplejwt-access-token/logout/``."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.utils.module_loading import import_string
from django.utils.text import slugify

from tests.matrix.kinds import KINDS
from tests.urls import ProtectedView
from token_revocation import views
from token_revocation.admin.registry import offer_actions
from token_revocation.standards.rfc7662 import IntrospectionView


def endpoints(kind):
    own = {"authentication_classes": [import_string(kind.authentication)]}
    introspection = IntrospectionView.as_view(token_classes=own["authentication_classes"])
    return [
        path("protected/", ProtectedView.as_view(**own)),
        path("login/", views.LoginView.as_view()),
        path("logout/", views.LogoutView.as_view(**own)),
        path("logout/all/", views.LogoutAllView.as_view(**own)),
        path("tokens/", views.TokenListView.as_view(**own)),
        path("tokens/<uuid:token_id>/", views.TokenDetailView.as_view(**own)),
        path("revoke/", views.RevokeView.as_view()),
        path("revoke/leaked/", views.LeakedTokensView.as_view(**own)),
        path("users/<str:user_id>/revoke/", views.UserRevokeView.as_view(**own)),
        path("introspect/", introspection),
    ]


def pages():
    """The admin as it is where every kind is in use; that of the tests began with one alone."""
    site = admin.AdminSite()
    for model, page in admin.site._registry.items():
        site.register(model, type(page))
    offer_actions(site)
    return site.urls


urlpatterns = [
    path("admin/", pages()),
    *(
        path(f"{slugify(name)}/", include(endpoints(kind)))
        for name, kind in KINDS.items()
        if kind.is_here
    ),
]
if find_spec("rest_framework_simplejwt"):
    urlpatterns.append(path("api/", include("token_revocation.contrib.simplejwt.urls")))
if find_spec("oauth2_provider"):
    urlpatterns.append(path("o/", include("token_revocation.contrib.oauth2_provider.urls")))
