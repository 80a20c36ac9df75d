"""Instances of models, made of what one query selects for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Instances:
    """Of a model, each with what ``select_related()`` has joined to it.

    What Django does for every query of its own, from what its compiler says of this one.
    """

    model: Any
    names: Sequence[str]
    values: Callable[[Sequence[Any]], tuple[Any, ...]]
    joined: Sequence[Joined]

    @classmethod
    def of(cls, info: Mapping[str, Any], select: Any) -> Instances:
        """As ``klass_info`` and ``select`` of a compiler describe them."""
        model = info["model"]
        places = {select[place][0].target.attname: place for place in info["select_fields"]}
        names = [f.attname for f in model._meta.concrete_fields if f.attname in places]
        related = info.get("related_klass_infos", ())
        return cls(
            model=model,
            names=names,
            values=itemgetter(*[places[name] for name in names]),
            joined=[Joined.by(each, select) for each in related],
        )

    def make(self, row: Sequence[Any], using: str) -> Any:
        """The instance that ``row`` describes."""
        instance = self.model.from_db(using, self.names, self.values(row))
        for each in self.joined:
            each.join(row, instance, using)
        return instance


@dataclass(frozen=True, kw_only=True)
class Joined:
    """The instance at the other end of a relation, if there is one."""

    instances: Instances
    key: int
    tell_one: Callable[[Any, Any], None]
    tell_other: Callable[[Any, Any], None]

    @classmethod
    def by(cls, info: Mapping[str, Any], select: Any) -> Joined:
        """As one of the ``related_klass_infos`` of a compiler describes it."""
        key = info["model"]._meta.pk.attname
        (place,) = [p for p in info["select_fields"] if select[p][0].target.attname == key]
        return cls(
            instances=Instances.of(info, select),
            key=place,
            tell_one=info["local_setter"],
            tell_other=info["remote_setter"],
        )

    def join(self, row: Sequence[Any], instance: Any, using: str) -> None:
        """Let both know each other, or ``instance`` that there is nobody."""
        other = None if row[self.key] is None else self.instances.make(row, using)
        self.tell_one(instance, other)
        if other is not None:
            self.tell_other(other, instance)
