"""Two tenants of one project that the same threads serve in turn."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.db import connection
from rest_framework.authtoken.models import Token

from token_revocation import models

TENANTS = ("default", "other")

TABLES = [
    model._meta.db_table
    for model in (
        get_user_model(),
        Token,
        models.RevokedToken,
        models.TokenCutoff,
        models.RevocationState,
    )
]

_serving = threading.local()


def current_tenant():
    """Name the tenant of this thread, as the ``TENANT`` hook of a project does."""
    return getattr(_serving, "tenant", None)


class TenantRouter:
    """Routes each tenant to a database of its own."""

    def db_for_read(self, model, **hints):
        return current_tenant()

    db_for_write = db_for_read


@contextmanager
def routed_to(tenant):
    """Serve ``tenant`` from the database of that name while the block runs."""
    before, _serving.tenant = current_tenant(), tenant
    try:
        yield
    finally:
        _serving.tenant = before


@contextmanager
def in_schema(tenant):
    """Serve ``tenant`` from its schema while the block runs."""
    with routed_to(tenant):
        set_search_path(f"{tenant}_tenant, public")
        try:
            yield
        finally:
            set_search_path("public")


def set_search_path(path):
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {path}")


def create_schemas():
    with connection.cursor() as cursor:
        for tenant in TENANTS:
            cursor.execute(f"CREATE SCHEMA {tenant}_tenant")
            for table in TABLES:
                cursor.execute(
                    f"CREATE TABLE {tenant}_tenant.{table} (LIKE public.{table} INCLUDING ALL)"
                )


def drop_schemas():
    with connection.cursor() as cursor:
        for tenant in TENANTS:
            cursor.execute(f"DROP SCHEMA IF EXISTS {tenant}_tenant CASCADE")
