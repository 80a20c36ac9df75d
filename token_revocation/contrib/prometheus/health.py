"""How the store of this process is, read when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from token_revocation.stores import get_store


class StoreCollector(Collector):
    """The bound of the store, and every number of its ``status()``.

    Of the process that is asked, so not in the multiprocess mode of prometheus-client.
    """

    def describe(self) -> list[GaugeMetricFamily]:
        # A collector that describes nothing is collected when it is registered, before any fork.
        return []

    def collect(self) -> Iterator[Metric]:
        store = get_store()
        yield GaugeMetricFamily(
            "token_revocation_staleness_bound_seconds",
            "Seconds after its commit by which every process refuses what was revoked.",
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
    """Have it asked along with the rest."""
    REGISTRY.register(StoreCollector())
