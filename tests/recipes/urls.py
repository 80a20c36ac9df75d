from __future__ import annotations

from django.urls import include, path

from tests.recipes.blocks import module_of
from tests.urls import ProtectedView
from tests.urls import urlpatterns as base_urlpatterns
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.contrib.dj_rest_auth import RevocableJWTCookieAuthentication


def protected_by(authentication_class):
    return ProtectedView.as_view(authentication_classes=[authentication_class])


(by_allauth,) = module_of("allauth, headless", 1).ProtectedView.authentication_classes

urlpatterns = [
    *base_urlpatterns,
    *module_of("dj-rest-auth", 1).urlpatterns,
    path("djoser/", include("djoser.urls.authtoken")),
    path("djoser/", include(module_of("djoser").urlpatterns)),
    path("_allauth/", include("allauth.headless.urls")),
    path("by-cookie/", protected_by(RevocableJWTCookieAuthentication)),
    path("by-token/", protected_by(RevocableTokenAuthentication)),
    path("by-allauth/", protected_by(by_allauth)),
]
