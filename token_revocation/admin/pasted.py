"""Text that somebody typed or pasted, and what of it must not be seen again.

An error report shows no variable of these functions, nor of any that they call.
"""

from __future__ import annotations

from django.views.decorators.debug import sensitive_variables

from token_revocation import services
from token_revocation.tokens import TokenRef


@sensitive_variables()
def token_of(raw: str) -> TokenRef | None:
    """The token that ``raw`` is, be it expired or revoked."""
    return services.read(raw.strip())


@sensitive_variables()
def holds_token(text: str) -> bool:
    """Whether a word of ``text`` is a token, so that it must neither be stored nor shown."""
    words = text.split()
    return bool(words and services.read_many(words))
