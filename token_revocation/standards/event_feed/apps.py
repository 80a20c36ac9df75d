"""The app, of its own because it remembers who has read how far."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventFeedConfig(AppConfig):
    """Nothing happens until its URLs are included."""

    name = "token_revocation.standards.event_feed"
    label = "token_revocation_event_feed"
    verbose_name = _("Event feed of revocations")
    default_auto_field = "django.db.models.BigAutoField"
