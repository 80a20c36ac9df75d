"""Metrics of the revocation store, read at each scrape."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from token_revocation.stores import get_store


class StoreCollector(Collector):
    """Collector of the store's staleness bound and the numbers of its ``status()``.

    The values are those of the process that is scraped, so they are missing in the multiprocess
    mode of prometheus-client.
    """

    def describe(self) -> list[GaugeMetricFamily]:
        # Without this method, registration would call collect(), which reads the store before a
        # fork.
        return []

    def collect(self) -> Iterator[Metric]:
        store = get_store()
        yield GaugeMetricFamily(
            "token_revocation_staleness_bound_seconds",
            "Seconds after its commit within which every process applies a revocation.",
            value=store.staleness_bound,
        )
        for name, value in store.status().items():
            if isinstance(value, int | float):
                family = CounterMetricFamily if name == "errors" else GaugeMetricFamily
                yield family(
                    f"token_revocation_store_{name}",
                    f"status() of {type(store).__name__}: {name}.",
                    value=float(value),
                )


def register() -> None:
    """Register the collector in the default registry."""
    REGISTRY.register(StoreCollector())
