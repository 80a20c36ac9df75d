"""Absolute URLs of this package's views."""

from __future__ import annotations

from urllib.parse import urljoin

from token_revocation._url_parameters import reverse_relative
from token_revocation.conf import settings


def absolute_url(view: str, **kwargs: object) -> str:
    """Return the URL of the view named ``view``, under the host of ``ISSUER``.

    The Host header is not used, as the URL may end up in a token or in a shared cache. A path in
    ``ISSUER`` appears only in the URL of the metadata (RFC 8414, section 3.1). Under URLs with
    parameters the URL gets those of the current request.

    Raises:
        NoReverseMatch: The view is not included.
    """
    return urljoin(settings.ISSUER, reverse_relative(view, kwargs))
