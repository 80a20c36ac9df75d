from __future__ import annotations

import pytest
from django.urls import reverse
from rest_framework.throttling import BaseThrottle

from token_revocation.contrib.simplejwt import urls, views

NAMES = [pattern.name for pattern in urls.urlpatterns]


class NothingGoes(BaseThrottle):
    def allow_request(self, request, view):
        return False


@pytest.mark.trap("T20")
@pytest.mark.parametrize("name", NAMES)
def test_every_endpoint_is_throttled_as_the_project_throttles_now(nobody, settings, name):
    before = settings.REST_FRAMEWORK
    assert nobody.post(reverse(name)).status_code == 400
    settings.REST_FRAMEWORK = {**before, "DEFAULT_THROTTLE_CLASSES": [f"{__name__}.NothingGoes"]}
    assert nobody.post(reverse(name)).status_code == 429
    settings.REST_FRAMEWORK = before
    assert nobody.post(reverse(name)).status_code == 400


def test_a_view_may_have_throttles_of_its_own(rf):
    class OursView(views.RevocableTokenVerifyView):
        throttle_classes = (NothingGoes,)

    named = views.RevocableTokenVerifyView.as_view(throttle_classes=[NothingGoes])
    assert [view(rf.post("/")).status_code for view in (OursView.as_view(), named)] == [429, 429]
