"""The contract of authentication classes."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from token_revocation import services
from token_revocation.authentication import RevocationMixin
from token_revocation.testing._subjects import revoke_subject
from token_revocation.testing.adapters import AdapterContract, make_user
from token_revocation.tokens import EVERYONE


class AuthenticationContract(AdapterContract):
    """Tests of an adapter and of the authentication class that accepts its tokens.

    Set :attr:`authentication` and :attr:`scheme`, and the members of :class:`AdapterContract`.
    """

    authentication: ClassVar[type[RevocationMixin]]
    """The class under test."""
    scheme: ClassVar[str]
    """The scheme before the token in the ``Authorization`` header."""

    def test_valid_token_is_accepted(self) -> None:
        response = self.request(self.raw)
        self.assertEqual((response.status_code, response.data), (200, str(self.user.pk)))

    def test_only_the_revoked_token_is_rejected(self) -> None:
        raw, _ = self.issue(make_user("two"))
        services.revoke(self.ref)
        self.assert_revoked(self.raw)
        self.assertEqual(self.request(raw).status_code, 200)

    def test_cutoff_of_each_subject_rejects_the_token(self) -> None:
        for subject in (*self.ref.subjects, EVERYONE):
            with self.subTest(subject.type):
                raw, token = self.issue(make_user(subject.type))
                self.assertEqual(self.request(raw).status_code, 200)
                revoke_subject(self.adapter.identify(token).subject(subject.type) or EVERYONE)
                self.assert_revoked(raw)

    def test_token_of_an_inactive_user_is_rejected(self) -> None:
        self.user.is_active = False
        self.user.save()
        self.assertEqual(self.request(self.raw).status_code, 401)

    def test_revoked_token_of_a_deleted_user_is_rejected(self) -> None:
        services.revoke(self.ref)
        self.user.delete()
        self.assertEqual(self.request(self.raw).status_code, 401)
        self.assertTrue(services.is_revoked(self.ref))

    def test_malformed_token_is_invalid_and_not_revoked(self) -> None:
        services.revoke(self.ref)
        middle = len(self.raw) // 2
        swapped = "b" if self.raw[middle] == "a" else "a"
        tampered = self.raw[:middle] + swapped + self.raw[middle + 1 :]
        for raw in (tampered, self.raw[:-1], "x", "." * 8193):
            with self.subTest(raw[:20]):
                response = self.request(raw)
                self.assertEqual(response.status_code, 401)
                self.assertNotEqual(response.data.get("code"), "token_revoked")

    def test_authentication_makes_only_select_queries(self) -> None:
        raws = [self.raw, self.raw[:-1]]
        with CaptureQueriesContext(connection) as queries:
            status_codes = [self.request(raw).status_code for raw in raws]
        self.assertEqual(status_codes, [200, 401])
        commands = {query["sql"].split()[0].strip("(") for query in queries.captured_queries}
        self.assertEqual(commands, {"SELECT"})

    def test_database_failure_is_503_with_retry_after(self) -> None:
        for text in ("", "token_revocation_revokedtoken"):
            with self.subTest(text), connection.execute_wrapper(partial(fail_statements, text)):
                response = self.request(self.raw)
                self.assertEqual((response.status_code, response["Retry-After"]), (503, "5"))

    def assert_revoked(self, raw: str) -> None:
        """Assert a 401 with code and challenge of a revoked token (RFC 6750, section 3.1)."""
        response = self.request(raw)
        self.assertEqual((response.status_code, response.data["code"]), (401, "token_revoked"))
        self.assertIn('error="invalid_token"', response["WWW-Authenticate"])

    def request(self, raw: str) -> Any:
        """Return the response of a protected view to a request with the token ``raw``."""
        view = WhoAmIView.as_view(authentication_classes=[self.authentication])
        header = f"{self.scheme} {raw}"
        return view(APIRequestFactory().get("/", HTTP_AUTHORIZATION=header))


class WhoAmIView(APIView):
    """A view that returns the user of the token."""

    permission_classes = (IsAuthenticated,)

    def get(self, request: Any) -> Response:
        """Return the primary key of the user."""
        return Response(str(request.user.pk))


def fail_statements(text: str, execute: Any, sql: str, *args: Any) -> Any:
    """Fail every statement that contains ``text``, as an execute wrapper."""
    if text in sql:
        raise OperationalError("gone away")
    return execute(sql, *args)
