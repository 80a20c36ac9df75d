"""The objects that a deletion page of the admin lists, without secret columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.admin.utils import NestedObjects, quote
from django.db import router
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MASK = "…"


def mask_secrets(lines: Any, secrets: Collection[str]) -> Any:
    """Return the nested list ``lines`` with each of ``secrets`` masked."""
    if isinstance(lines, list):
        return [mask_secrets(line, secrets) for line in lines]
    text = str(lines)
    for secret in secrets:
        text = text.replace(secret, MASK)
    # Django has escaped the parts of a line with a link. The mask needs no escaping.
    return mark_safe(text) if isinstance(lines, SafeString) else text  # noqa: S308


def find_secrets(objects: Any, labels: Collection[str]) -> set[str]:
    """Return the values of the columns ``labels`` in all rows to delete.

    Each value is returned in the forms that a page can contain.
    """
    values = {str(value) for value in _find_values(objects, labels) if value}
    return {form for value in values for form in (value, escape(value), quote(value))}


def _find_values(objects: Any, labels: Collection[str]) -> Iterator[Any]:
    for row in _collect(objects):
        for field in row._meta.concrete_fields:
            if f"{field.model._meta.concrete_model._meta.label}.{field.name}" in labels:
                yield getattr(row, field.attname)


def _collect(objects: Any) -> Iterator[Any]:
    """Yield ``objects`` and the related rows, as Django's deletion page collects them."""
    if not objects:
        return
    using = router.db_for_write(type(objects[0]))
    collector = NestedObjects(using=using, origin=objects)
    collector.collect(objects)
    for rows in collector.model_objs.values():
        yield from rows
    yield from collector.protected
