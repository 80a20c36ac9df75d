"""Integration with ``djoser``: its endpoints for JWTs and its social logins."""
