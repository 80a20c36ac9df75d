"""``drf-spectacular``: what an OpenAPI schema says of our classes and endpoints.

An app that is listed to be used: ``INSTALLED_APPS += ["token_revocation.contrib.drf_spectacular"]``.
"""
