"""A project that uses token_revocation, to read and to try: ``manage.py demo``."""
