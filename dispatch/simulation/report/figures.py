"""The plots of a study's page."""

from collections import Counter
from collections.abc import Sequence

from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, NumeralTickFormatter, Range1d
from bokeh.plotting import figure

from dispatch.domain.requests import PickupClass
from dispatch.reports.page import palette
from dispatch.reports.page.figures_map import FONT
from dispatch.simulation.metrics import Kept, Metrics
from dispatch.simulation.study import StudyResult

_COLOURS = (palette.PARCEL, palette.BULKY, palette.UNLOAD, palette.WRONG, palette.DRIVE)
_MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle")
_ANSWERS = (("accepted", palette.PARCEL), ("moved", palette.BULKY), ("refused", palette.WRONG))


def any_due(result: StudyResult, kind: PickupClass) -> bool:
    """Whether any promise of a class fell due."""
    return any(day.metrics.on_time_by_class[kind].due for day in result.days)


def on_time_figure(result: StudyResult, policies: Sequence[str], kind: PickupClass) -> figure:
    """Share of promises of a class kept by the hour in which they begin, days together."""
    plot = _plot(f"on_time_{kind.value}", "hour in which the promise begins", "promises kept")
    plot.yaxis.formatter = NumeralTickFormatter(format="0 %")
    # Policies stand beside each other inside the hour, so that equal shares can be seen.
    by_policy = {policy: _kept_by_hour(result.of(policy), kind) for policy in policies}
    most = max((one.due for kept in by_policy.values() for one in kept.values()), default=1)
    for number, (policy, kept) in enumerate(by_policy.items()):
        hours = [hour for hour, one in sorted(kept.items()) if one.due]
        aside = (number - (len(policies) - 1) / 2) * 0.12
        source = ColumnDataSource(
            {
                "x": [hour + aside for hour in hours],
                "hour": hours,
                "share": [kept[hour].share for hour in hours],
                "due": [kept[hour].due for hour in hours],
                "kept": [kept[hour].kept for hour in hours],
                "policy": [policy] * len(hours),
                # By area, so that an hour with three promises does not look like one with ninety.
                "size": [4 + 10 * (kept[hour].due / most) ** 0.5 for hour in hours],
            }
        )
        colour = _COLOURS[number % len(_COLOURS)]
        plot.line("x", "share", source=source, color=colour, line_width=1.5, legend_label=policy)
        marks = plot.scatter(
            "x",
            "share",
            source=source,
            color=colour,
            size="size",
            marker=_MARKERS[number % len(_MARKERS)],
            legend_label=policy,
        )
        tips = [("@policy", "from @hour:00: @kept of @due kept")]
        plot.add_tools(HoverTool(renderers=[marks], tooltips=tips))
    _legend_beside(plot)
    return plot


def answers_figure(result: StudyResult, policy: str, name: str) -> figure:
    """Requests a day by the hour in which they were answered, and what the answer was."""
    plot = _plot(
        name, "hour in which they were answered; those of the days before at 0", "requests a day"
    )
    days = result.of(policy)
    hours = sorted({hour for metrics in days for hour in metrics.asked_by_hour})
    columns: dict[str, list[float]] = {"hour": [float(hour) for hour in hours]}
    for number, (name, _) in enumerate(_ANSWERS):
        columns[name] = [
            sum(metrics.asked_by_hour.get(hour, (0, 0, 0))[number] for metrics in days) / len(days)
            for hour in hours
        ]
    bars = plot.vbar_stack(
        [name for name, _ in _ANSWERS],
        x="hour",
        width=0.8,
        line_color=None,
        color=[colour for _, colour in _ANSWERS],
        source=ColumnDataSource(columns),
        legend_label=[name for name, _ in _ANSWERS],
    )
    tips = [("answered", "@hour:00"), *((name, f"@{name}{{0.0}}") for name, _ in _ANSWERS)]
    plot.add_tools(HoverTool(renderers=[*bars], tooltips=tips))
    told = [sum(columns[name][row] for name, _ in _ANSWERS) for row in range(len(hours))]
    plot.y_range = Range1d(start=0, end=max(told, default=1) * 1.1)
    _legend_beside(plot)
    return plot


def _kept_by_hour(days: Sequence[Metrics], kind: PickupClass) -> dict[int, Kept]:
    due: Counter[int] = Counter()
    kept: Counter[int] = Counter()
    for metrics in days:
        for hour, one in metrics.on_time_by_hour[kind].items():
            due[hour] += one.due
            kept[hour] += one.kept
    return {hour: Kept(count, kept[hour]) for hour, count in due.items()}


def _legend_beside(plot: figure) -> None:
    """Put the legend to the right, where it covers nothing."""
    plot.legend.label_text_font = FONT
    plot.legend.border_line_color = None
    plot.add_layout(plot.legend[0], "right")


def _plot(name: str, when: str, what: str) -> figure:
    plot = figure(
        name=name,
        sizing_mode="stretch_width",
        height=280,
        tools=[],
        toolbar_location=None,
        outline_line_color=None,
    )
    plot.xaxis.ticker = FixedTicker(ticks=list(range(25)))
    plot.xaxis.axis_label, plot.yaxis.axis_label = when, what
    for axis in (plot.xaxis, plot.yaxis):
        axis.major_label_text_font = FONT
        axis.axis_label_text_font = FONT
        axis.axis_label_text_font_style = "normal"
        axis.minor_tick_line_color = None
    plot.xgrid.visible = False
    plot.ygrid.grid_line_color = "#D5DBE1"
    return plot
