from __future__ import annotations

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("prometheus_client") else ["test_*.py"]


@pytest.fixture
def counted():
    """Return a function that tells how much a series has grown during the test."""
    from prometheus_client import REGISTRY

    before = {}

    def value(name, labels):
        return REGISTRY.get_sample_value(name, labels) or 0

    def growth(name, **labels):
        return value(name, labels) - before.get((name, *sorted(labels.items())), 0)

    for metric in REGISTRY.collect():
        for sample in metric.samples:
            before[(sample.name, *sorted(sample.labels.items()))] = sample.value
    return growth
