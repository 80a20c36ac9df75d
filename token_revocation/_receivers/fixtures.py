"""User references of revocations loaded from a fixture with natural keys.

The users may have other primary keys than where the fixture was dumped.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save

from token_revocation._rows import make_storable, subject_columns, user_pk
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import Subject


def connect() -> None:
    """Connect to the models of revocations."""
    pre_save.connect(set_user_ref, sender=RevokedToken)
    pre_save.connect(set_subject, sender=TokenCutoff)


def set_user_ref(*, instance: RevokedToken, raw: bool, **kwargs: Any) -> None:
    """Set ``user_ref`` to the user that the fixture references by a natural key."""
    pk = instance.user_id
    if raw and pk is not None and user_pk(instance.user_ref) != pk:
        instance.user_ref = make_storable(str(pk))


def set_subject(*, instance: TokenCutoff, raw: bool, **kwargs: Any) -> None:
    """Set the subject to the user that the fixture references by a natural key.

    A deleted user has no natural key, so the primary key stays.
    """
    if not raw or instance.subject_type != "user":
        return
    pk = user_pk(instance.subject_id)
    if instance.user_id is None:
        instance.user_id = pk
    elif instance.user_id != pk:
        for name, value in subject_columns(Subject.user(instance.user_id)).items():
            setattr(instance, name, value)
