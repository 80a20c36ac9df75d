from __future__ import annotations

import os
from importlib.util import find_spec

NEEDED = ("gunicorn", "psycopg", "redis", "rest_framework_simplejwt")

# It takes minutes, and a database server: `tox -e consistency`.
wanted = os.environ.get("TOKEN_REVOCATION_TEST_DB") == "postgres" and all(map(find_spec, NEEDED))
collect_ignore_glob = [] if wanted else ["test_*.py"]
