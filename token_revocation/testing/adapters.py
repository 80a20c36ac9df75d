"""The contract of adapters."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.test import TestCase

from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.testing._settings import override_token_revocation
from token_revocation.tokens import Subject

if TYPE_CHECKING:
    Base = TestCase
else:
    Base = object


class AdapterContract(Base):
    """Tests of an adapter, and of revoking the tokens of its kind.

    Set :attr:`adapter` and write :meth:`issue`.
    """

    adapter: ClassVar[TokenAdapter]
    """The adapter under test."""
    lists_tokens: ClassVar[bool] = True
    """Whether :meth:`TokenAdapter.active_tokens` lists the tokens of this kind."""

    def issue(self, user: Any) -> tuple[str, Any]:
        """Issue a token.

        Args:
            user: The user that the token is for.

        Returns:
            The raw token that a client presents, and the value of ``request.auth`` for it.
        """
        raise NotImplementedError

    def setUp(self) -> None:
        super().setUp()
        path = f"{type(self.adapter).__module__}.{type(self.adapter).__qualname__}"
        override_token_revocation(self, ADAPTERS=[path])
        self.user = make_user("one")
        self.raw, self.token = self.issue(self.user)
        self.ref = self.adapter.identify(self.token)

    def test_reference_has_kind_and_identifier(self) -> None:
        self.assertEqual(self.ref.kind, self.adapter.kind)
        self.assertTrue(0 < len(self.ref.kind) <= 32)
        self.assertTrue(self.ref.identifier)

    def test_reference_does_not_contain_the_raw_token(self) -> None:
        self.assertNotIn(self.raw, repr(self.ref))
        self.assertNotIn(self.raw, repr(self.adapter))

    def test_identify_makes_no_query_and_is_repeatable(self) -> None:
        with self.assertNumQueries(0):
            self.assertEqual(self.adapter.identify(self.token), self.ref)

    def test_resolve_returns_the_reference_of_the_raw_token(self) -> None:
        self.assertEqual(self.adapter.resolve(self.raw), self.ref)

    def test_resolve_returns_none_for_invalid_tokens(self) -> None:
        for raw in ("", "x", self.raw[:-1], self.raw + "x", "é\x00", "." * 8192):
            with self.subTest(raw[:20]):
                self.assertIsNone(services.resolve(raw))

    def test_resolve_many_returns_the_same_references(self) -> None:
        raw, token = self.issue(make_user("two"))
        found = {ref.key for ref in self.adapter.resolve_many(["x", self.raw, raw])}
        self.assertEqual(found, {self.ref.key, self.adapter.identify(token).key})

    def test_two_tokens_have_different_keys(self) -> None:
        _, other = self.issue(make_user("two"))
        self.assertNotEqual(self.adapter.identify(other).key, self.ref.key)

    def test_reference_has_its_user_as_subject(self) -> None:
        self.assertEqual(self.ref.subject("user"), Subject.user(self.user.pk))

    def test_token_is_listed_until_it_is_revoked(self) -> None:
        if self.lists_tokens:
            self.assertEqual([t.key for t in services.active_tokens(self.user)], [self.ref.key])
        services.revoke(self.ref)
        self.assertEqual(services.active_tokens(self.user), [])

    def test_active_tokens_need_only_the_primary_key_of_the_user(self) -> None:
        active_tokens, stateless = self.adapter.active_tokens, SimpleNamespace(pk=str(self.user.pk))
        self.assertEqual(list(active_tokens(stateless)), list(active_tokens(self.user)))

    def test_revoking_twice_is_harmless(self) -> None:
        self.assertEqual([services.revoke(self.ref), services.revoke(self.ref)], [True, False])
        self.adapter.delete_stored(self.ref)
        self.assertTrue(services.is_revoked(self.ref))

    def test_revoke_many_revokes_each_token_once(self) -> None:
        other, valid = (self.adapter.identify(self.issue(make_user(n))[1]) for n in "ab")
        self.assertEqual(services.revoke_many([self.ref, other, self.ref]), 2)
        revoked = [services.is_revoked(token) for token in (self.ref, other, valid)]
        self.assertEqual(revoked, [True, True, False])

    def test_deleted_row_is_recorded_as_revoked(self) -> None:
        if self.adapter.token_models:
            type(self.token)._default_manager.filter(pk=self.token.pk).delete()
            self.assertTrue(services.is_revoked(self.ref))

    def test_revoke_all_revokes_the_token(self) -> None:
        services.revoke_all(self.user)
        self.assertTrue(services.is_revoked(self.ref))


def make_user(name: str) -> Any:
    """Create a user who can log in."""
    users = get_user_model()
    return users._default_manager.create_user(**{users.USERNAME_FIELD: name}, password=uuid4().hex)
