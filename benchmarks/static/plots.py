"""Cost over time, instance by instance, from the traces in kept results."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.static.results import Result, Tried

_MOST = 9
_COLUMNS = 3


def plot_suite(suite: str, results: Sequence[Result], folder: Path) -> Path | None:
    """Write ``SUITE.png``: up to nine instances, every engine's best configuration of each seed.

    Libraries that do not tell their progress are not in it. Returns ``None`` where none did.
    """
    told = [r for r in results if r.suite == suite and r.best is not None and r.best.trace]
    instances = list(dict.fromkeys(result.instance for result in told))[:_MOST]
    if not instances:
        return None
    columns = min(_COLUMNS, len(instances))
    rows = -(-len(instances) // columns)
    figure = Figure(figsize=(5 * columns, 3.5 * rows), layout="constrained")
    engines = list(dict.fromkeys(_label(result) for result in told))
    colours = dict(zip(engines, matplotlib.color_sequences["tab10"] * len(engines), strict=False))
    for place, instance in enumerate(instances, start=1):
        axes = figure.add_subplot(rows, columns, place)
        for result in told:
            if result.instance == instance and result.best is not None:
                _draw(axes, result.best, result.scale, _label(result), colours[_label(result)])
        axes.set(title=instance, xscale="log", xlabel="seconds of search", ylabel="cost")
        handles, labels = axes.get_legend_handles_labels()
        once = dict(zip(labels, handles, strict=True))
        axes.legend(once.values(), once.keys(), fontsize="small")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{suite}.png"
    figure.savefig(path, dpi=110)
    return path


def _draw(axes: Axes, best: Tried, scale: int, label: str, colour: object) -> None:
    seconds = [max(at_s, 0.01) for at_s, _ in best.trace]
    costs = [cost / scale for _, cost in best.trace]
    end_s = max(seconds[-1], best.search_s or 0.0)
    axes.step([*seconds, end_s], [*costs, costs[-1]], where="post", label=label, color=colour)


def _label(result: Result) -> str:
    return f"{result.engine} {result.seconds:g} s"
