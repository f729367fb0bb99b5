"""The timelines: one row per courier, and one row per visit of the chosen courier."""

from collections.abc import Mapping
from typing import Any

from bokeh.core.properties import value
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    DatetimeTicker,
    DatetimeTickFormatter,
    FixedTicker,
    HoverTool,
    PanTool,
    Range1d,
    TapTool,
    WheelPanTool,
    WheelZoomTool,
)
from bokeh.plotting import figure

from dispatch.reports.page import palette
from dispatch.reports.page.figures_map import FONT

_HOUR_MS = 60 * 60 * 1000

_LONGEST_LABEL = 18

_COLOR = {
    "drive": palette.DRIVE,
    "wait": palette.WAIT,
    "unload": palette.UNLOAD,
    "break": palette.BREAK,
}
_HALF_HEIGHT = {"drive": 0.13, "wait": 0.3, "service": 0.36, "unload": 0.36, "break": 0.36}


def day_figure(data: Mapping[str, Any]) -> figure:
    """Every courier's day: shift, activities, and marks where a pickup starts late."""
    couriers = data["couriers"]
    plot = _time_figure("day", _span(data))
    _label_rows(plot, [courier["id"] for courier in couriers])
    rows = range(len(couriers))
    shifts = ColumnDataSource(
        {
            "left": [courier["shift"][0] for courier in couriers],
            "right": [courier["shift"][1] for courier in couriers],
            "top": [row - 0.44 for row in rows],
            "bottom": [row + 0.44 for row in rows],
        }
    )
    plot.quad(
        source=shifts,
        fill_color="#EEF1F4",
        line_color="#E1E6EB",
        left="left",
        right="right",
        top="top",
        bottom="bottom",
    )
    chosen = ColumnDataSource({"row": []}, name="chosen_row")
    plot.hbar(
        y="row",
        left=0,
        right=4e12,
        height=1.0,
        source=chosen,
        fill_color="#FFD166",
        fill_alpha=0.45,
        line_color=None,
    )
    bars = _draw_segments(plot, data)
    _draw_late_marks(plot, data)
    plot.add_tools(
        HoverTool(
            renderers=[bars],
            tooltips=[("courier", "@courier"), ("@what", "@start{%H:%M}–@end{%H:%M}")],
            formatters={"@start": "datetime", "@end": "datetime"},
        )
    )
    tap = TapTool(renderers=[bars])
    plot.add_tools(tap)
    bars.data_source.selected.js_on_change(
        "indices", CustomJS(code="window.planPage?.tapped('bars', cb_obj.indices)")
    )
    return plot


def route_figure(data: Mapping[str, Any]) -> figure:
    """The chosen courier's visits against their promised windows; filled by the page's script."""
    plot = _time_figure("route", _span(data))
    _label_rows(plot, [])
    empty: dict[str, list[Any]] = {
        "left": [],
        "right": [],
        "top": [],
        "bottom": [],
        "color": [],
        "what": [],
    }
    for name, alpha, line in (("route_windows", 1.0, "#7FB2D6"), ("route_bars", 1.0, None)):
        source = ColumnDataSource(dict(empty), name=name)
        bars = plot.quad(
            source=source,
            fill_color="color",
            fill_alpha=alpha,
            line_color=line,
            left="left",
            right="right",
            top="top",
            bottom="bottom",
        )
        plot.add_tools(
            HoverTool(
                renderers=[bars],
                tooltips=[("@what", "@left{%H:%M}–@right{%H:%M}")],
                formatters={"@left": "datetime", "@right": "datetime"},
            )
        )
    late = ColumnDataSource({"x": [], "y": [], "label": []}, name="route_late")
    plot.text(
        "x",
        "y",
        "label",
        source=late,
        text_font=value(FONT),
        text_font_size="12px",
        text_font_style="bold",
        text_color=palette.WRONG,
        text_baseline="middle",
        x_offset=5,
    )
    return plot


def _time_figure(name: str, span: tuple[int, int]) -> figure:
    start, end = span
    wheel = WheelPanTool(dimension="height")
    plot = figure(
        name=name,
        sizing_mode="stretch_both",
        x_axis_type="datetime",
        x_axis_location="above",
        x_range=Range1d(start=start, end=end, bounds=(start, end)),
        y_range=Range1d(start=10, end=-1),
        tools=[PanTool(), wheel, WheelZoomTool(dimensions="width", modifiers={"ctrl": True})],
        toolbar_location=None,
        min_border=0,
        min_border_right=12,
        outline_line_color=None,
    )
    plot.toolbar.active_scroll = wheel
    plot.xaxis.formatter = DatetimeTickFormatter(
        hours="%H:%M", minutes="%H:%M", hourmin="%H:%M", days="%H:%M"
    )
    plot.xaxis.ticker = DatetimeTicker(desired_num_ticks=14)
    plot.xaxis.major_label_text_font = FONT
    plot.xaxis.major_label_text_font_size = "12px"
    plot.xaxis.axis_line_color = None
    plot.ygrid.visible = False
    plot.xgrid.grid_line_color = "#D5DBE1"
    return plot


def _label_rows(plot: figure, labels: list[str]) -> None:
    axis = plot.yaxis
    axis.ticker = FixedTicker(ticks=list(range(len(labels))))
    axis.major_label_overrides = dict(enumerate(map(_short, labels)))
    axis.major_label_text_font = FONT
    axis.major_label_text_font_size = "12px"
    axis.major_tick_line_color = None
    axis.axis_line_color = None


def _short(label: str) -> str:
    """A label that leaves room for the bars beside it."""
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def _draw_segments(plot: figure, data: Mapping[str, Any]) -> Any:
    columns: dict[str, list[Any]] = {
        name: [] for name in ("start", "end", "top", "bottom", "color", "courier", "what", "row")
    }
    classes = {request["id"]: request["class"] for request in data["requests"]}
    for row, courier in enumerate(data["couriers"]):
        for activity, start, end, position in courier["segments"]:
            visit = courier["visits"][position] if position < len(courier["visits"]) else None
            served = visit is not None and activity == "service"
            color = palette.OF_CLASS[classes[visit["id"]]] if served and visit else _COLOR[activity]
            columns["start"].append(start)
            columns["end"].append(end)
            columns["top"].append(row - _HALF_HEIGHT[activity])
            columns["bottom"].append(row + _HALF_HEIGHT[activity])
            columns["color"].append(color)
            columns["courier"].append(courier["id"])
            columns["what"].append(_what(activity, visit))
            columns["row"].append(row)
    source = ColumnDataSource(columns, name="bars")
    return plot.quad(
        source=source,
        fill_color="color",
        line_color=None,
        left="start",
        right="end",
        top="top",
        bottom="bottom",
    )


def _what(activity: str, visit: Mapping[str, Any] | None) -> str:
    if activity == "drive":
        return f"drive to {visit['id']}" if visit is not None else "drive to the end"
    if activity in ("service", "unload") and visit is not None:
        return f"{activity} {visit['id']}"
    return str(activity)


def _draw_late_marks(plot: figure, data: Mapping[str, Any]) -> None:
    late = [
        (visit["start"], row)
        for row, courier in enumerate(data["couriers"])
        for visit in courier["visits"]
        if visit["late_s"] > 0
    ]
    source = ColumnDataSource({"x": [x for x, _ in late], "y": [row for _, row in late]})
    plot.scatter(
        "x",
        "y",
        source=source,
        marker="inverted_triangle",
        size=11,
        fill_color=palette.WRONG,
        line_color="white",
    )


def _span(data: Mapping[str, Any]) -> tuple[int, int]:
    """From the hour before the first shift or route to the hour after the last."""
    starts = [courier.get("depart", courier["shift"][0]) for courier in data["couriers"]]
    starts += [courier["shift"][0] for courier in data["couriers"]]
    ends = [courier.get("finish", courier["shift"][1]) for courier in data["couriers"]]
    ends += [courier["shift"][1] for courier in data["couriers"]]
    windows = [span for request in data["requests"] for span in request["windows"]]
    starts = starts or [start for start, _ in windows] or [0]
    ends = ends or [end for _, end in windows] or [_HOUR_MS * 24]
    return min(starts) // _HOUR_MS * _HOUR_MS, -(-max(ends) // _HOUR_MS) * _HOUR_MS
