from __future__ import annotations

import pytest

from tests.upstream import runner


@pytest.fixture
def run_upstream(pytestconfig, tmp_path):
    """Run the tests of another package; downloads are cached between runs."""

    def run(upstream):
        downloads = pytestconfig.cache.mkdir("upstream")
        return runner.run(upstream, downloads, tmp_path)

    return run
