from __future__ import annotations

import os
from importlib.util import find_spec

DRIVERS = {"postgres": "psycopg", "mariadb": "MySQLdb"}

driver = DRIVERS.get(os.environ.get("TOKEN_REVOCATION_TEST_DB"))
REQUIRED = ("gunicorn", "redis", "rest_framework_simplejwt", driver)

# These tests take minutes and start a database server: `tox -e consistency`.
is_enabled = driver is not None and all(map(find_spec, REQUIRED))
collect_ignore = [] if is_enabled else ["test_consistency.py"]
if find_spec("jwt") is None:
    collect_ignore += ["test_report.py", "test_session_records.py"]
