"""Devices, described by the user agent of a session."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Device:
    """Names for display. Each may be ``""``; they are claims of the client, not verified."""

    browser: str
    """The browser or app with its major version, such as ``"Firefox 128"``."""
    os: str
    """The operating system, such as ``"Windows 10"``."""
    model: str
    """The device, such as ``"iPhone"`` or ``"Pixel 9"``."""

    @property
    def label(self) -> str:
        """A translated name, such as "Firefox 128 on Windows 10"."""
        if self.browser and self.os:
            return _("%(browser)s on %(os)s") % {"browser": self.browser, "os": self.os}
        return self.browser or self.os or self.model


def parse_device(user_agent: str) -> Device | None:
    """Return the device named by ``user_agent``, or ``None`` if it is unknown.

    It is always ``None`` without the package ``ua-parser`` (extra ``sessions``).
    """
    try:
        parse = import_module("ua_parser").parse
    except ImportError:
        return None
    found = parse(user_agent)
    device = Device(
        browser=_name(found.user_agent),
        os=_name(found.os),
        model=(found.device and (found.device.model or found.device.family)) or "",
    )
    return device if device.browser or device.os or device.model else None


def _name(found: object) -> str:
    """Return the family and the major version of a browser or operating system."""
    names = (getattr(found, "family", None), getattr(found, "major", None))
    return " ".join(filter(None, names))
