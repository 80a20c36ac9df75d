"""The plot of the documentation: costs as ratios to the class of DRF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

REVOCABLE, OTHERS, TEXT = "#2e7d32", "#90a4ae", "#607d8b"


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Write an SVG with a chart for each database, for light and dark pages."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    databases = found["databases"]
    mpl.rcParams.update({"text.color": TEXT, "axes.labelcolor": TEXT, "svg.hashsalt": "benchmarks"})
    mpl.rcParams.update({"xtick.color": TEXT, "ytick.color": TEXT, "svg.fonttype": "none"})
    figure = Figure(figsize=(9, 4.8 * len(databases)), layout="constrained")
    for axes, (name, levels) in zip(
        figure.subplots(len(databases), squeeze=False)[:, 0], databases.items(), strict=True
    ):
        chart(axes, name, next(iter(levels["levels"].values()))["authenticate"])
    figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})


def chart(axes: Any, database: str, rows: Mapping[str, Any]) -> None:
    """Draw a bar for each contestant, cheapest first, with the interquartile range."""
    names = sorted(rows, key=lambda name: -rows[name]["ratio"])
    ratios = [rows[name]["ratio"] for name in names]
    lower = [rows[name]["ratio"] - rows[name]["from"] for name in names]
    upper = [rows[name]["to"] - rows[name]["ratio"] for name in names]
    colors = [REVOCABLE if name.lower().startswith("revoca") else OTHERS for name in names]
    axes.barh(names, ratios, xerr=[lower, upper], color=colors, ecolor=TEXT)
    axes.axvline(1, color=TEXT, linewidth=0.8)
    axes.set_title(f"authenticate(), {database}")
    axes.set_xlabel("time, as a ratio to TokenAuthentication of Django REST framework")
    axes.spines[["top", "right"]].set_visible(False)
