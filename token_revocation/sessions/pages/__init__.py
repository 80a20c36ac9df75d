"""The page "Your sessions" of a site, which works without JavaScript.

Include ``token_revocation.sessions.pages.urls``. The templates in ``token_sessions/`` can be
overridden.
"""
