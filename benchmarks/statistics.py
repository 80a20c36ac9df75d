"""Statistics of samples: median, 99th percentile, interquartile range."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from statistics import median, quantiles
from typing import Any

Rounds = Sequence[Sequence[float]]


def summary(rounds: Rounds) -> dict[str, float]:
    """Return the median and the 99th percentile of all samples."""
    samples = list(chain.from_iterable(rounds))
    return {"median": median(samples), "p99": quantiles(samples, n=100)[98]}


def ratio(rounds: Rounds, base: Rounds) -> dict[str, Any]:
    """Return the median of the ratios within a round, and their quartiles."""
    pairs = zip(rounds, base, strict=True)
    ratios = [median(samples) / median(others) for samples, others in pairs]
    low, middle, high = quantiles(ratios, n=4)
    return {"ratio": middle, "from": low, "to": high}
