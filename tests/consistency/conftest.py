from __future__ import annotations

import os
from importlib.util import find_spec

DRIVERS = {"postgres": "psycopg", "mariadb": "MySQLdb"}

driver = DRIVERS.get(os.environ.get("TOKEN_REVOCATION_TEST_DB"))
needed = ("gunicorn", "redis", "rest_framework_simplejwt", driver)

# It takes minutes, and a database server: `tox -e consistency`.
wanted = driver is not None and all(map(find_spec, needed))
collect_ignore = [] if wanted else ["test_consistency.py"]
