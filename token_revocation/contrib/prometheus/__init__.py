"""``prometheus-client``: what monitoring wants to know.

An app that is listed to be used: ``INSTALLED_APPS += ["token_revocation.contrib.prometheus"]``.
Whatever serves the metrics of the project, like django-prometheus, serves these too.
"""
