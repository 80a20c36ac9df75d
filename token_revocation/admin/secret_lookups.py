"""Rejection of admin filters, ordering and autocompletion by secret columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponseRedirect

from token_revocation.adapters import get_adapters
from token_revocation.admin._deleted_objects import find_secrets, mask_secrets

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    BaseChangeList = ChangeList
else:
    Base = admin.ModelAdmin
    BaseChangeList = object

AUTOCOMPLETE_URL_NAME = "autocomplete"

NUL = "\x00"


class SecretLookupsAdmin(Base):
    """A mixin that rejects filters and ordering by secret columns.

    The check follows relations. Without it, ``?key__startswith=a`` tells how many keys begin with
    that letter, although the list does not show the column. Repeated, it reveals whole keys.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        is_secret = is_secret_lookup(self.model, lookup)
        return not is_secret and super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        changelist: Any = super().get_changelist(request, **kwargs)
        return cast("type[ChangeList]", _with_safe_ordering(changelist))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # PostgreSQL rejects NUL characters, and its error would become a 500 response.
        # https://www.postgresql.org/docs/current/datatype-character.html
        if any(NUL in value for _, values in request.GET.lists() for value in values):
            return HttpResponseRedirect(f"{request.path}?e=1")
        return super().changelist_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, *args: Any) -> Any:
        return None if NUL in object_id else super().get_object(request, object_id, *args)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        # Django's autocompletion returns the primary key and ``str()`` of each row.
        match = request.resolver_match
        if match and match.url_name == AUTOCOMPLETE_URL_NAME and has_secret_key(self.model):
            raise PermissionDenied
        if NUL in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Django shows str() of each related row, which for a token of DRF is its key.
        lines, counts, permissions, protected = super().get_deleted_objects(objs, request)
        secrets = find_secrets(objs, secret_field_labels())
        masked = mask_secrets(lines, secrets), mask_secrets(protected, secrets)
        return masked[0], counts, permissions, masked[1]


class _SafeOrderingMixin(BaseChangeList):
    def get_ordering_field(self, field_name: Any) -> str | None:
        name: Any = super().get_ordering_field(field_name)
        is_secret = isinstance(name, str) and is_secret_lookup(self.model, name.removeprefix("-"))
        return None if is_secret else name


@lru_cache(maxsize=32)
def _with_safe_ordering(changelist: Any) -> Any:
    return type(changelist.__name__, (_SafeOrderingMixin, changelist), {})


def has_secret_key(model: Any) -> bool:
    """Return whether the primary key of ``model`` is a secret, as in DRF's tokens."""
    return is_secret_lookup(model, "pk")


def has_secret_field(model: Any) -> bool:
    """Return whether ``model`` has a secret column, or a relation to a secret key."""
    # Django allows every lookup that ends at a relation, and compares the key that it refers to.
    # https://docs.djangoproject.com/en/stable/ref/contrib/admin/#django.contrib.admin.ModelAdmin.lookup_allowed
    return any(is_secret_lookup(model, field.name) for field in model._meta.get_fields())


def is_secret_lookup(model: Any, lookup: str) -> bool:
    """Return whether ``lookup`` compares a secret column, or a secret key."""
    secrets = secret_field_labels()
    return any(_label(field) in secrets for field in _compared_fields(model, lookup))


def secret_field_labels() -> frozenset[str]:
    """Return the secret columns of all adapters, and that of the password hash."""
    user_model: Any = get_user_model()
    password = f"{user_model._meta.concrete_model._meta.label}.password"
    adapters = get_adapters().values()
    return frozenset([password, *(label for each in adapters for label in each.secret_fields)])


def _compared_fields(model: Any, lookup: str) -> Iterator[Any]:
    """Yield the fields on the path of ``lookup``.

    If the path ends at a relation, yield the fields that the relation refers to as well.
    """
    targets: tuple[Any, ...] = ()
    for part in lookup.split(LOOKUP_SEP):
        field = _field(model, part)
        if field is None:  # A transform or a comparison, such as "startswith".
            break
        targets = ()
        if hasattr(field, "path_infos"):
            model = field.path_infos[-1].to_opts.model
            targets = field.path_infos[-1].target_fields
        yield field
    yield from targets


def _field(model: Any, name: str) -> Any:
    if name == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _label(field: Any) -> str:
    return f"{field.model._meta.concrete_model._meta.label}.{field.name}"
