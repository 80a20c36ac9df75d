"""Integration with ``drf-spectacular``: OpenAPI schemas of classes and endpoints.

Enable it with ``INSTALLED_APPS += ["token_revocation.contrib.drf_spectacular"]``.
"""
