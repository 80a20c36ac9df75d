"""A login for tokens of knox, as its documentation shows it."""

from __future__ import annotations

from typing import Any

from knox.views import LoginView
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import DateTimeField


class KnoxLoginSerializer(AuthTokenSerializer):
    """The request and the response."""

    expiry = DateTimeField(read_only=True)


class KnoxLoginView(LoginView):  # type: ignore[misc]
    """Issue a token for ``username`` and ``password``."""

    authentication_classes: Any = ()
    permission_classes: Any = ()
    serializer_class = KnoxLoginSerializer

    def post(self, request: Request, format: str | None = None) -> Response:
        credentials = self.serializer_class(data=request.data, context={"request": request})
        credentials.is_valid(raise_exception=True)
        request.user = credentials.validated_data["user"]
        answer: Response = super().post(request, format)
        return answer
