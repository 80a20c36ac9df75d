"""One query for a stored token, its user, and whether there is a reason to refuse it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q

from token_revocation.columns import user_pk
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.statement import Mark, Statement
from token_revocation.tokens import EVERYONE

DOUBT = "token_revocation_doubt"
MARK = "\x01"
KEY_MARK = uuid.UUID(int=1)


@dataclass(frozen=True, kw_only=True)
class Instances:
    """Makes instances of a model of what one query selects."""

    model: Any
    names: Sequence[str]
    values: Callable[[Sequence[Any]], tuple[Any, ...]]

    @classmethod
    def of(cls, info: Any, select: Any) -> Instances:
        """As the compiler of the query describes them."""
        positions = info["select_fields"]
        names = [select[position][0].target.attname for position in positions]
        return cls(model=info["model"], names=names, values=itemgetter(*positions))

    def make(self, row: Sequence[Any], using: str) -> Any:
        """The instance that ``row`` describes."""
        return self.model.from_db(using, self.names, self.values(row))


@dataclass(frozen=True, kw_only=True, eq=False)
class JoinedQuery:
    """Finds a token by a unique column, together with its ``user``."""

    statement: Statement
    tokens: Instances
    users: Instances
    user_field: Any
    doubt: int | None

    @classmethod
    def compile(
        cls, model: Any, column: str, using: str, *, asks: bool, issued_at: str | None
    ) -> JoinedQuery:
        """For a ``model`` with a foreign key ``user`` that is never null.

        With ``asks`` it asks the database for reasons too; then ``user`` is a key of the user
        model. ``issued_at`` names the column that a cutoff is compared with, which is never null;
        without it every cutoff is a reason.
        """
        rows = model._base_manager.filter(**{column: MARK}).select_related("user").order_by()
        if asks:
            rows = rows.annotate(**{DOUBT: _reasons(KEY_MARK, issued_at)})
        compiler = rows.query.get_compiler(using=using)
        key_field = RevokedToken._meta.get_field("key")
        marks: list[Mark] = [(model._meta.get_field(column), MARK), (key_field, KEY_MARK)]
        statement = Statement.compile(compiler, marks)
        (user_info,) = compiler.klass_info["related_klass_infos"]
        return cls(
            statement=statement,
            tokens=Instances.of(compiler.klass_info, compiler.select),
            users=Instances.of(user_info, compiler.select),
            user_field=model._meta.get_field("user"),
            doubt=compiler.annotation_col_map.get(DOUBT),
        )

    def read(self, value: str, key: Callable[[], uuid.UUID], using: str) -> Sequence[Any] | None:
        """What is selected of the token whose column has the ``value``; ``None`` if there is none.

        ``key`` makes the :attr:`TokenRef.key` of that token, if the query asks about it.
        """
        values = [value, KEY_MARK if self.doubt is None else key()]
        found = self.statement.first(values, using)
        return None if found is None else self.statement.converted(found, using)

    def made(self, row: Sequence[Any], using: str) -> Any:
        """The token that ``row`` describes, with its user."""
        token, user = self.tokens.make(row, using), self.users.make(row, using)
        self.user_field.set_cached_value(token, user)
        if self.user_field.unique:
            self.user_field.remote_field.set_cached_value(user, token)
        return token

    def doubts(self, row: Sequence[Any], token: Any) -> bool:
        """Whether a store must be asked about ``token``, made of ``row``."""
        return self.doubt is None or bool(row[self.doubt]) or not _is_spelt(token.user.pk)


def _reasons(key: uuid.UUID, issued_at: str | None) -> Q:
    """Whether a row refuses the token ``key``, of whom the outer query knows the rest."""
    since = {"not_before__gte": OuterRef(issued_at)} if issued_at else {}
    cutoffs = TokenCutoff.objects.filter(**since).exclude(kept=key)
    return (
        Q(Exists(RevokedToken.objects.filter(key=key)))
        | Q(Exists(cutoffs.filter(user=OuterRef("user_id"))))
        | Q(Exists(cutoffs.filter(key=EVERYONE.key)))
    )


def _is_spelt(pk: Any) -> bool:
    """Whether a cutoff of the user ``pk``, of whom it knows the spelling, has it as its user."""
    return bool(user_pk(str(pk)) == pk)
