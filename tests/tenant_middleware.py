"""Middleware that points the default alias at a database for each tenant."""

from __future__ import annotations

from django.db import connection


class TenantDatabaseMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        connection.close()
        connection.settings_dict["NAME"] = request.headers["Tenant"]
        return self.get_response(request)
