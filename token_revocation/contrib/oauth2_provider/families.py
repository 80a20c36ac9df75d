"""Tokens that end together: those that one authorization led to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import Q

from token_revocation.contrib.oauth2_provider.stored import (
    access_tokens,
    find,
    jtis,
    models,
    refresh_tokens,
    rows,
)


def living_relatives(identifiers: Sequence[str]) -> Iterator[Any]:
    """The tokens in force of the families of these, and these as well; at most five queries."""
    found = find([*identifiers, *_beside(identifiers)])
    keys = {model: [token.pk for token in found if isinstance(token, model)] for model in models()}
    access, refresh, _ = models()
    families = {token.token_family for token in found if isinstance(token, refresh)}
    bound = rows(refresh).filter(access_token__in=keys[access])
    bound_keys = list(bound.values_list("pk", "token_family"))
    families.update(family for _, family in bound_keys)
    chosen = Q(pk__in=[*keys[refresh], *(pk for pk, _ in bound_keys)])
    chosen |= Q(token_family__in=families - {None})
    living = list(refresh_tokens().filter(chosen, revoked=None))
    yield from living
    of_living = [token.access_token_id for token in living if token.access_token_id is not None]
    for token in (
        access_tokens()
        .select_related("id_token__application")
        .filter(pk__in=list(chain(keys[access], of_living)))
    ):
        yield token
        if token.id_token is not None:
            yield token.id_token


def _beside(identifiers: Sequence[str]) -> Any:
    """The checksums of the access tokens that were issued together with ID tokens."""
    issued = rows(models()[0]).filter(id_token__jti__in=jtis(identifiers))
    return issued.values_list("token_checksum", flat=True)
