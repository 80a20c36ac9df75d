"""A site with pages, an API and the admin, all for browser sessions."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import (
    alogin,
    alogout,
    aupdate_session_auth_hash,
    get_user_model,
    login,
    logout,
)
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template import Context, Template
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.urls import ProtectedView
from token_revocation import views
from token_revocation.contrib.sessions import RevocableSessionAuthentication

CLASSES = [RevocableSessionAuthentication]


def public(request):
    return HttpResponse("public")


@login_required
def page(request):
    return HttpResponse(request.user.get_username())


async def async_page(request):
    user = await request.auser()
    return HttpResponse(user.get_username() or "anonymous")


def template_page(request):
    template = Template("{% if user.is_authenticated %}in{% else %}out{% endif %}")
    return HttpResponse(template.render(Context({"user": request.user})))


def touch(request):
    """Save the session, as a page with a basket does."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(request.user.get_username())


def remember(request):
    request.session.set_expiry(int(request.GET["seconds"]))
    return HttpResponse(request.user.get_username())


def cycle(request):
    request.session.cycle_key()
    return HttpResponse("cycled")


def set_password(request):
    """Change the password without ``update_session_auth_hash()``."""
    request.user.set_password("another password")
    request.user.save()
    return HttpResponse("changed")


async def set_password_async(request):
    user = await request.auser()
    user.set_password("another password")
    await user.asave()
    request.user = user  # aupdate_session_auth_hash() of Django 5.2 reads it.
    await aupdate_session_auth_hash(request, user)
    return HttpResponse("changed")


async def log_in_async(request, pk):
    user = await get_user_model().objects.aget(pk=pk)
    await alogin(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse((await request.auser()).get_username())


async def log_out_async(request):
    await alogout(request)
    return HttpResponse("anonymous" if request.user.is_anonymous else "logged in")


def impersonate(request, pk):
    if not request.user.is_superuser:
        return HttpResponse(status=403)
    user = get_object_or_404(get_user_model(), pk=pk)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse(request.user.get_username())


def flush(request):
    request.session.flush()
    return HttpResponse()


def log_in_again(request, pk):
    """Log in without reading ``request.user`` before."""
    user = get_object_or_404(get_user_model(), pk=pk)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return JsonResponse({"user": request.user.get_username()})


class DjangoLogoutView(APIView):
    authentication_classes = CLASSES

    def post(self, request):
        logout(request)
        return Response(status=204)


urlpatterns = [
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("auth/logout/", views.LogoutView.as_view(authentication_classes=CLASSES)),
    path("auth/logout/all/", views.LogoutAllView.as_view(authentication_classes=CLASSES)),
    path("django-logout/", DjangoLogoutView.as_view()),
    path("protected/", ProtectedView.as_view(authentication_classes=CLASSES)),
    path("public/", public),
    path("page/", page),
    path("async/", async_page),
    path("template/", template_page),
    path("touch/", touch),
    path("remember/", remember),
    path("cycle/", cycle),
    path("set-password/", set_password),
    path("set-password-async/", set_password_async),
    path("log-in-async/<int:pk>/", log_in_async),
    path("log-out-async/", log_out_async),
    path("flush/", flush),
    path("impersonate/<int:pk>/", impersonate),
    path("log-in-again/<int:pk>/", log_in_again),
]
