from __future__ import annotations

from tests.own_process import run_tests

HERE = "tests.contrib.simplejwt"
NAMES = (
    "unlisted",
    *("test_atomic_requests", "test_cookies", "test_inactive", "test_refusing"),
    *("test_revoking", "test_sessions", "test_sliding"),
)


def test_all_but_the_list_of_sessions_works_without_simplejwts_own_app():
    files = [f"{HERE.replace('.', '/')}/{name}.py" for name in NAMES]
    run_tests(*files, settings=f"{HERE}.without_blacklist", name="b")
