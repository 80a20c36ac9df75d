"""Models of purges: watermarks of deleted cutoffs, and lifetimes of tokens."""

from __future__ import annotations

from django.db import models

from token_revocation.clock import now
from token_revocation.fields import UTCDateTimeField


class PurgeWatermark(models.Model):
    """The time up to which purges may have deleted cutoffs of one subject type.

    Tokens of such subjects that were minted up to ``watermark`` are rejected, as they may have been
    revoked. A purge writes the watermark before it deletes, and keeps it older than every token
    that it knows of. There is one watermark for each subject type, and one for each kind whose
    tokens were revoked by identifier only.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    scope = models.CharField(max_length=64)
    watermark = UTCDateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.scope


class TokenLifetime(models.Model):
    """A lifetime of tokens of one kind, in seconds; ``None`` is unlimited.

    A row is added when a longer lifetime is seen, so that no write waits for another. The longest
    lifetime of a kind counts, and a purge deletes the others.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    seconds = models.BigIntegerField(null=True)
    seen_at = UTCDateTimeField(default=now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.seconds}"
