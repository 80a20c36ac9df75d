"""Every endpoint for each kind: ``/authtoken/logout/``, ``/simplejwt-access-token/logout/``."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.utils.module_loading import import_string
from django.utils.text import slugify

from tests.matrix.kinds import KINDS
from tests.urls import ProtectedView
from token_revocation import views
from token_revocation.admin._registry import extend_admin_site
from token_revocation.standards.rfc7662 import IntrospectionView


def endpoints(kind):
    options = {"authentication_classes": [import_string(kind.authentication)]}
    introspection = IntrospectionView.as_view(token_classes=options["authentication_classes"])
    return [
        path("protected/", ProtectedView.as_view(**options)),
        path("login/", views.LoginView.as_view()),
        path("logout/", views.LogoutView.as_view(**options)),
        path("logout/all/", views.LogoutAllView.as_view(**options)),
        path("tokens/", views.TokenListView.as_view(**options)),
        path("tokens/<uuid:token_id>/", views.TokenDetailView.as_view(**options)),
        path("revoke/", views.RevokeView.as_view()),
        path("revoke/leaked/", views.LeakedTokensView.as_view(**options)),
        path("users/<str:user_id>/revoke/", views.UserRevokeView.as_view(**options)),
        path("introspect/", introspection),
    ]


def admin_urls():
    """Return the URLs of an admin site that offers the actions of every kind.

    The default site was set up with one kind in use.
    """
    site = admin.AdminSite()
    for model, model_admin in admin.site._registry.items():
        site.register(model, type(model_admin))
    extend_admin_site(site)
    return site.urls


urlpatterns = [
    path("admin/", admin_urls()),
    *(
        path(f"{slugify(name)}/", include(endpoints(kind)))
        for name, kind in KINDS.items()
        if kind.is_installed
    ),
]
if find_spec("rest_framework_simplejwt"):
    urlpatterns.append(path("api/", include("token_revocation.contrib.simplejwt.urls")))
if find_spec("oauth2_provider"):
    urlpatterns.append(path("o/", include("token_revocation.contrib.oauth2_provider.urls")))
