"""App configuration of the event feed, which has a table of its receivers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventFeedConfig(AppConfig):
    """The event feed; it is served where a project includes its URLs."""

    name = "token_revocation.standards.event_feed"
    label = "token_revocation_event_feed"
    verbose_name = _("Revocation event feed")
    default_auto_field = "django.db.models.BigAutoField"
