from __future__ import annotations

from tests.checks.project_modules import package, shop
from tests.checks.urlconfs import urlconf

__all__ = ["package", "shop", "urlconf"]
