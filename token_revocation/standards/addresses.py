"""Where our views are, for everybody."""

from __future__ import annotations

from urllib.parse import urljoin

from django.urls import reverse

from token_revocation.conf import settings


def address_of(view: str, *args: object) -> str:
    """The address of the view of that name: its path, under the host of ``ISSUER``.

    Not by the Host header, as the answer may stand in a token or in everybody's cache. A path of
    ``ISSUER`` is the name of an issuer among several and in no address but that of its metadata
    (RFC 8414, section 3.1). Raises :class:`~django.urls.NoReverseMatch`.
    """
    return urljoin(settings.ISSUER, reverse(view, args=args))
