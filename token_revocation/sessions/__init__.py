"""The active sessions of each user: one row for each login.

Add ``"token_revocation.sessions"`` to ``INSTALLED_APPS``. The app records sessions, limits them, and
rotates refresh tokens by an update of one row. It is not read when a request authenticates: the two
tables of revocations decide whether a token is accepted.
"""
