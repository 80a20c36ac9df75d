"""Token families: the tokens that were issued from one authorization."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import Q
from oauth2_provider.settings import oauth2_settings

from token_revocation.contrib.oauth2_provider._identity import set_family
from token_revocation.contrib.oauth2_provider._storage import (
    access_tokens,
    find_tokens,
    models,
    parse_jtis,
    refresh_tokens,
    rows,
)


def find_active_family(identifiers: Sequence[str]) -> Iterator[Any]:
    """Yield the active tokens of the families of ``identifiers``.

    The tokens with these identifiers are among them.
    """
    found = find_tokens([*identifiers, *_access_token_checksums(identifiers)])
    keys = {model: [token.pk for token in found if isinstance(token, model)] for model in models()}
    access, refresh, _ = models()
    families = {token.token_family for token in found if isinstance(token, refresh)}
    bound = rows(refresh).filter(access_token__in=keys[access])
    bound_keys = list(bound.values_list("pk", "token_family"))
    families.update(family for _, family in bound_keys)
    chosen = Q(pk__in=[*keys[refresh], *(pk for pk, _ in bound_keys)])
    chosen |= Q(token_family__in=families - {None})
    active = list(refresh_tokens().filter(chosen, revoked=None))
    yield from active
    access_keys = [token.access_token_id for token in active if token.access_token_id is not None]
    for token in (
        access_tokens()
        .select_related("id_token__application")
        .filter(pk__in=list(chain(keys[access], access_keys)))
    ):
        yield token
        if token.id_token is not None:
            yield token.id_token
    yield from _find_earlier_id_tokens(families - {None})


def _find_earlier_id_tokens(families: Collection[Any]) -> Iterator[Any]:
    """Yield ID tokens from earlier refreshes, which have no access token any more."""
    # Their rows do not name the family, but RevocableOAuth2Validator gives all tokens of a family
    # the time of its grant, with microseconds.
    if not oauth2_settings.OIDC_ENABLED or not families:
        return
    origin = ("user_id", "application_id", "created")
    grants = rows(models()[1]).filter(token_family__in=families)
    known = {tuple(row): family for family, *row in grants.values_list("token_family", *origin)}
    users, _, times = (set(column) for column in zip(*known, strict=True))
    candidates = rows(models()[2]).select_related("application")
    for token in candidates.filter(user_id__in=users, created__in=times):
        family = known.get((token.user_id, token.application_id, token.created))
        if family is not None:
            yield set_family(token, family)


def _access_token_checksums(identifiers: Sequence[str]) -> Any:
    """Return the checksums of access tokens that were issued with the given ID tokens."""
    issued = rows(models()[0]).filter(id_token__jti__in=parse_jtis(identifiers))
    return issued.values_list("token_checksum", flat=True)
