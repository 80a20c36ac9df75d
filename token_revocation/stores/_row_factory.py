"""Model instances made from the columns of one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RowFactory:
    """A factory of model instances with the relations of ``select_related()``.

    Does what ``django.db.models.query.ModelIterable`` does, for a query that is compiled once.
    """

    model: Any
    names: Sequence[str]
    values: Callable[[Sequence[Any]], tuple[Any, ...]]
    relations: Sequence[RelationFactory]

    @classmethod
    def from_compiler(cls, info: Mapping[str, Any], select: Any) -> RowFactory:
        """Create a factory from ``klass_info`` and ``select`` of an SQL compiler."""
        model = info["model"]
        indexes = {select[index][0].target.attname: index for index in info["select_fields"]}
        names = [f.attname for f in model._meta.concrete_fields if f.attname in indexes]
        related = info.get("related_klass_infos", ())
        return cls(
            model=model,
            names=names,
            values=itemgetter(*[indexes[name] for name in names]),
            relations=[RelationFactory.from_compiler(each, select) for each in related],
        )

    def create(self, row: Sequence[Any], using: str) -> Any:
        """Create the instance in ``row`` with its related instances."""
        instance = self.model.from_db(using, self.names, self.values(row))
        for relation in self.relations:
            relation.set_related(row, instance, using)
        return instance


@dataclass(frozen=True, kw_only=True)
class RelationFactory:
    """A factory of the related instances of one relation."""

    rows: RowFactory
    pk_index: int
    set_on_instance: Callable[[Any, Any], None]
    set_on_related: Callable[[Any, Any], None]

    @classmethod
    def from_compiler(cls, info: Mapping[str, Any], select: Any) -> RelationFactory:
        """Create a factory from one of the ``related_klass_infos`` of an SQL compiler."""
        pk = info["model"]._meta.pk.attname
        (index,) = [n for n in info["select_fields"] if select[n][0].target.attname == pk]
        return cls(
            rows=RowFactory.from_compiler(info, select),
            pk_index=index,
            set_on_instance=info["local_setter"],
            set_on_related=info["remote_setter"],
        )

    def set_related(self, row: Sequence[Any], instance: Any, using: str) -> None:
        """Create the related instance in ``row`` and set both sides of the relation."""
        related = None if row[self.pk_index] is None else self.rows.create(row, using)
        self.set_on_instance(instance, related)
        if related is not None:
            self.set_on_related(related, instance)
