"""Users with recorded sessions, one of them that of a browser."""

from __future__ import annotations

from token_revocation.contrib.sessions import SessionAdapter
from token_revocation.sessions._records import record_session

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.1 Mobile/15E148 Safari/604.1"
)

MIDDLEWARE = "token_revocation.contrib.sessions.RevocationMiddleware"
ADAPTERS = [
    "token_revocation.contrib.sessions.SessionAdapter",
    "token_revocation.contrib.authtoken.AuthTokenAdapter",
]


def record_browser(browser, **columns):
    """Record the session of ``browser``, and return its row."""
    row = record_session(SessionAdapter().identify(browser.session), using="default")
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    return row
