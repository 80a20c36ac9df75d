"""What every kind of token promises."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.test import TestCase, override_settings

from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.testing.configured import configured
from token_revocation.tokens import Subject

if TYPE_CHECKING:
    Base = TestCase
else:
    Base = object


class AdapterContract(Base):
    """What every kind of token promises. Write :meth:`issue`."""

    adapter: ClassVar[TokenAdapter]
    lists_tokens: ClassVar[bool] = True
    """Whether the package stores its tokens, so that :meth:`TokenAdapter.active_tokens` can."""

    def issue(self, user: Any) -> tuple[str, Any]:
        """What a client gets to hold, and what the package makes of it (``request.auth``)."""
        raise NotImplementedError

    def setUp(self) -> None:
        super().setUp()
        path = f"{type(self.adapter).__module__}.{type(self.adapter).__qualname__}"
        changed = override_settings(TOKEN_REVOCATION={**configured(), "ADAPTERS": [path]})
        changed.enable()
        self.addCleanup(changed.disable)
        self.user = make_user("one")
        self.raw, self.token = self.issue(self.user)
        self.ref = self.adapter.identify(self.token)

    def test_it_is_named_by_its_kind_and_an_identifier(self) -> None:
        self.assertEqual(self.ref.kind, self.adapter.kind)
        self.assertTrue(0 < len(self.ref.kind) <= 32)
        self.assertTrue(self.ref.identifier)

    def test_the_reference_is_no_secret(self) -> None:
        self.assertNotIn(self.raw, repr(self.ref))
        self.assertNotIn(self.raw, repr(self.adapter))

    def test_identifying_queries_nothing_and_says_the_same_twice(self) -> None:
        with self.assertNumQueries(0):
            self.assertEqual(self.adapter.identify(self.token), self.ref)

    def test_what_a_client_holds_reads_as_the_same_token(self) -> None:
        self.assertEqual(self.adapter.read(self.raw), self.ref)

    def test_garbage_reads_as_nothing(self) -> None:
        for raw in ("", "x", self.raw[:-1], self.raw + "x", "é\x00", "." * 8192):
            with self.subTest(raw[:20]):
                self.assertIsNone(services.read(raw))

    def test_many_read_as_each_does_alone(self) -> None:
        raw, token = self.issue(make_user("two"))
        found = {ref.key for ref in self.adapter.read_many(["x", self.raw, raw])}
        self.assertEqual(found, {self.ref.key, self.adapter.identify(token).key})

    def test_two_tokens_are_two(self) -> None:
        _, other = self.issue(make_user("two"))
        self.assertNotEqual(self.adapter.identify(other).key, self.ref.key)

    def test_it_belongs_to_its_user(self) -> None:
        self.assertEqual(self.ref.subject("user"), Subject.user(self.user.pk))

    def test_it_is_listed_until_it_is_revoked(self) -> None:
        if self.lists_tokens:
            self.assertEqual([t.key for t in services.active_tokens(self.user)], [self.ref.key])
        services.revoke(self.ref)
        self.assertEqual(services.active_tokens(self.user), [])

    def test_a_user_is_known_by_the_primary_key(self) -> None:
        listed, stateless = self.adapter.active_tokens, SimpleNamespace(pk=str(self.user.pk))
        self.assertEqual(list(listed(stateless)), list(listed(self.user)))

    def test_ending_it_twice_is_harmless(self) -> None:
        self.assertEqual([services.revoke(self.ref), services.revoke(self.ref)], [True, False])
        self.adapter.destroy(self.ref)
        self.assertTrue(services.is_revoked(self.ref))

    def test_many_end_as_each_does_alone(self) -> None:
        other, spared = (self.adapter.identify(self.issue(make_user(n))[1]) for n in "ab")
        self.assertEqual(services.revoke_many([self.ref, other, self.ref]), 2)
        refused = [services.is_revoked(token) for token in (self.ref, other, spared)]
        self.assertEqual(refused, [True, True, False])

    def test_a_row_that_other_code_deletes_is_recorded(self) -> None:
        if self.adapter.stored_in:
            type(self.token)._default_manager.filter(pk=self.token.pk).delete()
            self.assertTrue(services.is_revoked(self.ref))

    def test_logging_its_user_out_everywhere_ends_it(self) -> None:
        services.revoke_all(self.user)
        self.assertTrue(services.is_revoked(self.ref))


def make_user(name: str) -> Any:
    """A user who can log in."""
    users = get_user_model()
    return users._default_manager.create_user(**{users.USERNAME_FIELD: name}, password=uuid4().hex)
