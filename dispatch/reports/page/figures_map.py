"""The map: zones, hubs, routes, stops and what the page's script draws over them."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from bokeh.core.properties import value
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    HoverTool,
    MultiPolygons,
    PanTool,
    Range1d,
    TapTool,
    Text,
    WheelZoomTool,
)
from bokeh.models.annotations import ScaleBar
from bokeh.models.annotations.dimensional import MetricLength
from bokeh.plotting import figure
from shapely.geometry import Polygon
from shapely.geometry import shape as to_shape

from dispatch.domain.requests import PickupClass
from dispatch.reports.page import palette
from dispatch.reports.page.page_data import Sheet

FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

# A template and not a list of pairs, which would never break a long line.
_UNSERVED_TIP = """<div style="max-width: 340px; white-space: normal; overflow-wrap: anywhere">
  <b>@id</b> (@class), unserved, @price<br>window @window; @load; door: @notes<br>
  @why<br><b>Would let it in:</b> @helps
</div>"""

_TAP = "window.planPage?.tapped({name!r}, cb_obj.indices)"


def map_figure(data: Mapping[str, Any], sheet: Sheet, zones: Sequence[Mapping[str, Any]]) -> figure:
    """Draw ``data``; ``zones`` are GeoJSON features with a property ``zone`` or ``name``."""
    pan, wheel, tap = PanTool(), WheelZoomTool(zoom_on_axis=False), TapTool()
    plot = figure(
        name="map",
        sizing_mode="stretch_both",
        x_range=Range1d(start=-1, end=1),
        y_range=Range1d(start=-1, end=1),
        tools=[pan, wheel, tap],
        toolbar_location=None,
        min_border=0,
        outline_line_color=None,
        background_fill_color="#FAFAF8",
    )
    plot.toolbar.active_scroll = wheel
    plot.axis.visible = False
    plot.grid.visible = False
    _draw_zones(plot, sheet, zones)
    _draw_routes(plot, data)
    stops = _draw_stops(plot, data)
    _draw_hubs(plot, data)
    unserved = _draw_unserved(plot, data)
    _draw_selection(plot)
    tap.renderers = [stops, unserved]
    plot.add_layout(
        ScaleBar(
            range=plot.x_range,
            unit="m",
            dimensional=MetricLength(),
            location="bottom_left",
            bar_length=110,
            bar_length_units="screen",
            padding=6,
            background_fill_alpha=0.7,
            border_line_color=None,
            label_text_font=FONT,
        )
    )
    return plot


def _draw_zones(plot: figure, sheet: Sheet, zones: Sequence[Mapping[str, Any]]) -> None:
    rings_x, rings_y, names, label_x, label_y = [], [], [], [], []
    for feature in zones:
        polygon = shapely.transform(to_shape(feature["geometry"]), sheet.projection.to_xy)
        parts = [part for part in shapely.get_parts(polygon) if isinstance(part, Polygon)]
        rings_x.append([_rings(part, axis=0) for part in parts])
        rings_y.append([_rings(part, axis=1) for part in parts])
        names.append(zone_name(feature))
        inside = polygon.representative_point()
        label_x.append(inside.x)
        label_y.append(inside.y)
    source = ColumnDataSource(
        {
            "xs": rings_x,
            "ys": rings_y,
            "label": [f"zone {name}" for name in names],
            "x": label_x,
            "y": label_y,
        },
        name="zones",
    )
    outline = MultiPolygons(
        xs="xs",
        ys="ys",
        fill_color="#56B4E9",
        fill_alpha=0.07,
        line_color="#52606D",
        line_alpha=0.8,
        line_dash="dotted",
    )
    plot.add_glyph(source, outline, name="zone_areas")
    _label(plot, source, "label", color="#616E7C", name="zone_labels")


def zone_name(feature: Mapping[str, Any]) -> str:
    """Name of a zone's GeoJSON feature."""
    properties = feature.get("properties") or {}
    return str(properties.get("zone", properties.get("name", "")))


def _rings(part: Polygon, *, axis: int) -> list[list[float]]:
    return [
        [round(point[axis]) for point in ring.coords] for ring in (part.exterior, *part.interiors)
    ]


def _draw_routes(plot: figure, data: Mapping[str, Any]) -> None:
    lines = [(courier["id"], _line(courier)) for courier in data["couriers"] if courier["visits"]]
    source = ColumnDataSource(
        {
            "xs": [[x for x, _ in line] for _, line in lines],
            "ys": [[y for _, y in line] for _, line in lines],
            "courier": [courier for courier, _ in lines],
        },
        name="routes",
    )
    plot.multi_line(
        "xs", "ys", source=source, name="route_lines", line_color="#52606D", line_alpha=0.25
    )


def _line(courier: Mapping[str, Any]) -> list[list[int]]:
    if courier["ways"]:
        return [point for way in courier["ways"] for point in way]
    stops = [visit["xy"] for visit in courier["visits"] if visit["xy"] is not None]
    end = [courier["end"]] if courier["end"] is not None else []
    return [courier["start"], *stops, *end]


def _draw_stops(plot: figure, data: Mapping[str, Any]) -> Any:
    start_of = {
        visit["id"]: visit["start"]
        for courier in data["couriers"]
        for visit in courier["visits"]
        if visit["type"] == "pickup"
    }
    served = [request for request in data["requests"] if request["id"] in start_of]
    source = ColumnDataSource(
        {
            "x": [request["xy"][0] for request in served],
            "y": [request["xy"][1] for request in served],
            "id": [request["id"] for request in served],
            "class": [request["class"] for request in served],
            "marker": [
                "square" if request["class"] == PickupClass.BULKY else "circle"
                for request in served
            ],
            "color": [palette.OF_CLASS[request["class"]] for request in served],
            "courier": [data["couriers"][request["courier"]]["id"] for request in served],
            "start": [start_of[request["id"]] for request in served],
            "window": [_clock_spans(request["windows"]) for request in served],
            "load": [request["load"] for request in served],
            "notes": [request["notes"] or "–" for request in served],
            "zone": [request["zone"] or "–" for request in served],
        },
        name="stops",
    )
    stops = plot.scatter(
        "x",
        "y",
        source=source,
        name="stop_marks",
        marker="marker",
        size=7,
        fill_color="color",
        line_color="white",
        line_width=0.6,
    )
    hover = HoverTool(
        renderers=[stops],
        tooltips=[
            ("request", "@id (@class)"),
            ("courier", "@courier"),
            ("starts", "@start{%H:%M}"),
            ("window", "@window"),
            ("load", "@load"),
            ("door", "@notes"),
            ("zone", "@zone"),
        ],
        formatters={"@start": "datetime"},
        attachment="right",
    )
    plot.add_tools(hover)
    source.selected.js_on_change("indices", CustomJS(code=_TAP.format(name="stops")))
    return stops


def _draw_hubs(plot: figure, data: Mapping[str, Any]) -> None:
    hubs = data["hubs"]
    source = ColumnDataSource(
        {
            "x": [hub["xy"][0] for hub in hubs],
            "y": [hub["xy"][1] for hub in hubs],
            "id": [hub["id"] for hub in hubs],
        },
        name="hubs",
    )
    marks = plot.scatter(
        "x",
        "y",
        source=source,
        name="hub_marks",
        marker="diamond",
        size=20,
        fill_color=palette.UNLOAD,
        line_color="white",
        line_width=2,
    )
    _label(plot, source, "id", color="#00684C", beside=11)
    plot.add_tools(HoverTool(renderers=[marks], tooltips=[("hub", "@id")]))


def _draw_unserved(plot: figure, data: Mapping[str, Any]) -> Any:
    left = [request for request in data["requests"] if request["courier"] < 0]
    source = ColumnDataSource(
        {
            "x": [request["xy"][0] for request in left],
            "y": [request["xy"][1] for request in left],
            "id": [request["id"] for request in left],
            "class": [request["class"] for request in left],
            "price": [f"¥{request['price_fen'] / 100:,.2f}" for request in left],
            "label": ["" for _ in left],
            "why": [request["why"] for request in left],
            "helps": ["; or ".join(request["helps"]) or "–" for request in left],
            "window": [_clock_spans(request["windows"]) for request in left],
            "load": [request["load"] for request in left],
            "notes": [request["notes"] or "–" for request in left],
        },
        name="unserved",
    )
    marks = plot.scatter(
        "x",
        "y",
        source=source,
        name="unserved_marks",
        marker="circle_x",
        size=14,
        fill_color="white",
        line_color=palette.WRONG,
        line_width=2.5,
    )
    _label(plot, source, "label", color="#A34700", beside=11)
    plot.add_tools(
        HoverTool(
            renderers=[marks],
            tooltips=_UNSERVED_TIP,
        )
    )
    source.selected.js_on_change("indices", CustomJS(code=_TAP.format(name="unserved")))
    return marks


def _draw_selection(plot: figure) -> None:
    """Layers that are empty until the page's script fills them for the chosen courier."""
    route = ColumnDataSource({"x": [], "y": []}, name="chosen_route")
    plot.line("x", "y", source=route, line_color=palette.INK, line_width=2.5)
    ends = ColumnDataSource({"x": [], "y": [], "marker": [], "label": []}, name="chosen_ends")
    plot.scatter(
        "x",
        "y",
        source=ends,
        marker="marker",
        size=15,
        fill_color="white",
        line_color=palette.INK,
        line_width=2.5,
    )
    _label(plot, ends, "label", color=palette.INK, beside=11)
    stops = ColumnDataSource(
        {
            "x": [],
            "y": [],
            "color": [],
            "marker": [],
            "line": [],
            "number": [],
            "ink": [],
            "size": [],
        },
        name="chosen_stops",
    )
    plot.scatter(
        "x",
        "y",
        source=stops,
        marker="marker",
        size="size",
        fill_color="color",
        line_color="line",
        line_width=2.5,
    )
    _label(plot, stops, "number", color="ink")
    found = ColumnDataSource({"x": [], "y": []}, name="found")
    plot.scatter(
        "x",
        "y",
        source=found,
        marker="circle",
        size=34,
        fill_color=None,
        line_color="#CC0066",
        line_width=3,
    )


def _label(
    plot: figure,
    source: ColumnDataSource,
    column: str,
    *,
    color: str,
    beside: int = 0,
    name: str | None = None,
) -> None:
    """Text on a pale ground, ``beside`` pixels to the right of its place or, at 0, upon it."""
    text = Text(
        x="x",
        y="y",
        text=column,
        text_color=color,
        text_font=value(FONT),
        text_font_size=value("12px"),
        text_font_style="bold",
        text_align="left" if beside else "center",
        text_baseline="middle",
        x_offset=beside,
        background_fill_color="white" if color != "ink" else None,
        background_fill_alpha=0.75,
    )
    plot.add_glyph(source, text, name=name)


def _clock_spans(windows: Sequence[Sequence[int]]) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in windows)


def _clock(ms: int) -> str:
    minutes = ms // 60_000 % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
