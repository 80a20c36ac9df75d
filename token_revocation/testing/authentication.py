"""What every authentication class promises, asked over a request."""

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
from token_revocation.testing.adapters import AdapterContract, make_user
from token_revocation.testing.subjects import cut_off
from token_revocation.tokens import EVERYONE


class AuthenticationContract(AdapterContract):
    """What a kind promises, and what the class promises that accepts it in a request."""

    authentication: ClassVar[type[RevocationMixin]]
    scheme: ClassVar[str]
    """What stands before the token in the ``Authorization`` header."""

    def test_a_good_token_is_accepted(self) -> None:
        answer = self.ask(self.raw)
        self.assertEqual((answer.status_code, answer.data), (200, str(self.user.pk)))

    def test_a_revoked_token_is_refused_and_no_other(self) -> None:
        raw, _ = self.issue(make_user("two"))
        services.revoke(self.ref)
        self.assert_revoked(self.raw)
        self.assertEqual(self.ask(raw).status_code, 200)

    def test_a_cutoff_of_each_of_its_subjects_refuses_it(self) -> None:
        for subject in (*self.ref.subjects, EVERYONE):
            with self.subTest(subject.type):
                raw, token = self.issue(make_user(subject.type))
                self.assertEqual(self.ask(raw).status_code, 200)
                cut_off(self.adapter.identify(token).subject(subject.type) or EVERYONE)
                self.assert_revoked(raw)

    def test_a_token_of_an_inactive_user_is_refused(self) -> None:
        self.user.is_active = False
        self.user.save()
        self.assertEqual(self.ask(self.raw).status_code, 401)

    def test_deleting_its_user_does_not_bring_a_revoked_token_back(self) -> None:
        services.revoke(self.ref)
        self.user.delete()
        self.assertEqual(self.ask(self.raw).status_code, 401)
        self.assertTrue(services.is_revoked(self.ref))

    def test_what_is_nearly_a_token_is_refused_and_not_called_revoked(self) -> None:
        services.revoke(self.ref)
        middle = len(self.raw) // 2
        swapped = "b" if self.raw[middle] == "a" else "a"
        tampered = self.raw[:middle] + swapped + self.raw[middle + 1 :]
        for raw in (tampered, self.raw[:-1], "x", "." * 8193):
            with self.subTest(raw[:20]):
                answer = self.ask(raw)
                self.assertEqual(answer.status_code, 401)
                self.assertNotEqual(answer.data.get("code"), "token_revoked")

    def test_authentication_only_reads(self) -> None:
        raws = [self.raw, self.raw[:-1]]
        with CaptureQueriesContext(connection) as queries:
            answers = [self.ask(raw).status_code for raw in raws]
        self.assertEqual(answers, [200, 401])
        verbs = {query["sql"].split()[0].strip("(") for query in queries.captured_queries}
        self.assertEqual(verbs, {"SELECT"})

    def test_where_nobody_can_answer_it_is_neither_refused_nor_accepted(self) -> None:
        for part in ("", "token_revocation_revokedtoken"):
            with self.subTest(part), connection.execute_wrapper(partial(fail, part)):
                answer = self.ask(self.raw)
                self.assertEqual((answer.status_code, answer["Retry-After"]), (503, "5"))

    def assert_revoked(self, raw: str) -> None:
        """The answer is a 401 that says why, to machines too (RFC 6750, section 3.1)."""
        answer = self.ask(raw)
        self.assertEqual((answer.status_code, answer.data["code"]), (401, "token_revoked"))
        self.assertIn('error="invalid_token"', answer["WWW-Authenticate"])

    def ask(self, raw: str) -> Any:
        """What a view behind :attr:`authentication` answers to a request that carries ``raw``."""
        view = WhoAmIView.as_view(authentication_classes=[self.authentication])
        header = f"{self.scheme} {raw}"
        return view(APIRequestFactory().get("/", HTTP_AUTHORIZATION=header))


class WhoAmIView(APIView):
    """Says whose token it was."""

    permission_classes = (IsAuthenticated,)

    def get(self, request: Any) -> Response:
        """The id of the user."""
        return Response(str(request.user.pk))


def fail(part: str, execute: Any, sql: str, *args: Any) -> Any:
    """A database on which every statement fails that has ``part`` in it."""
    if part in sql:
        raise OperationalError("gone away")
    return execute(sql, *args)
