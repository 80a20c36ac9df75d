"""What OAuth Toolkit's endpoints answer where it has no answer itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DataError, Error
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from rest_framework.views import set_rollback

from token_revocation.exceptions import RevocationUnavailable

logger = logging.getLogger("token_revocation")

View = Callable[..., HttpResponseBase]


def answering(view: View) -> View:
    """``view``, and 503 ``temporarily_unavailable`` where a database fails.

    Whichever: that of the clients, of the tokens, or of what was ended. With ``ATOMIC_REQUESTS``
    nothing stays of what was begun. 400 ``invalid_request`` for what no database can store.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DataError:
            return _answer("invalid_request", 400)
        except RevocationUnavailable:
            pass  # The store has logged it.
        except Error as error:
            # Without its message, in which a database may quote the token it was asked for.
            logger.error("The database of the tokens failed: %s", type(error).__name__)
        return _answer("temporarily_unavailable", RevocationUnavailable.status_code)

    return wrapper


def _answer(error: str, status: int) -> HttpResponseBase:
    """RFC 6749, section 5.2."""
    set_rollback()
    response = JsonResponse({"error": error}, status=status, headers={"Cache-Control": "no-store"})
    if status == RevocationUnavailable.status_code:
        response["Retry-After"] = str(RevocationUnavailable.wait)
    return response
