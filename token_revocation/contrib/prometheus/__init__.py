"""Integration with ``prometheus-client``: metrics for monitoring.

Enable it with ``INSTALLED_APPS += ["token_revocation.contrib.prometheus"]``. The metrics are in
the default registry, which django-prometheus and others serve.
"""
