"""``plan.html``: one file that opens in any browser without a network."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bokeh.embed import json_item
from bokeh.resources import Resources
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, TravelOrigin
from dispatch.figures import PlanFigures
from dispatch.reports import format as words
from dispatch.reports.page import palette
from dispatch.reports.page.figures_map import map_figure
from dispatch.reports.page.figures_time import day_figure, route_figure
from dispatch.reports.page.page_data import page_data, sheet_of
from dispatch.streets import NO_STREETS, StreetLines


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the head of the page."""

    value: str
    label: str
    title: str
    bad: bool = False


def html_text(
    plan: Plan,
    day: Day,
    figures: PlanFigures,
    zones: Sequence[Mapping[str, Any]] = (),
    streets: StreetLines = NO_STREETS,
) -> str:
    """Return the text of ``plan.html``.

    Args:
        plan: What to show.
        day: The day it is for.
        figures: Of the plan.
        zones: GeoJSON features of the zones, polygons in WGS84.
        streets: Ways along streets; routes without are straight lines.
    """
    sheet = sheet_of(day)
    data = page_data(plan, day, sheet, streets)
    plots = {
        "map": map_figure(data, sheet, zones),
        "day": day_figure(data),
        "route": route_figure(data),
    }
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_own("page.html.j2")).render(
        plan=plan,
        city=plan.origin.city.capitalize(),
        figures=figures,
        tiles=list(_tiles(figures, plan.origin.travel)),
        tables=list(words.figure_tables(figures)),
        palette=palette,
        map_note=words.map_note(plan.origin.travel),
        travel=words.travel_text(plan.origin.travel),
        has_zones=bool(plan.zone_of),
        has_outlines=bool(zones),
        data=data,
        data_json=_json(data),
        items={name: _json(json_item(plot)) for name, plot in plots.items()},
        css=Markup(_own("page.css")),
        js=Markup(_own("plots.js") + _own("page.js")),
        bokeh_js=Markup("\n".join(Resources(mode="inline", components=["bokeh"]).js_raw)),
    )


def _tiles(figures: PlanFigures, travel: TravelOrigin) -> Iterator[Tile]:
    in_window = figures.in_window / figures.requests if figures.requests else None
    yield Tile(
        words.percent(in_window),
        f"in window of {figures.requests:,}",
        "Requests whose pickup starts inside a promised window",
    )
    yield Tile(
        f"{figures.unserved:,}",
        f"unserved, {words.percent(figures.unserved_share)}",
        "Requests on no route",
        bad=figures.unserved > 0,
    )
    yield Tile(
        f"{figures.late:,}",
        f"late, worst {words.minutes(figures.latest_s)}" if figures.late else "late",
        "Pickups that start after the promised end",
        bad=figures.late > 0,
    )
    yield Tile(
        f"{figures.couriers_used} of {figures.couriers}",
        "couriers",
        "With a route, of all on shift",
    )
    yield Tile(
        words.rate(figures.pickups_per_courier_hour), "pickups / hour", "Per paid courier-hour"
    )
    yield Tile(
        words.percent(figures.utilisation),
        "utilisation",
        "Driving, at the door and unloading, of the shifts of all couriers on shift",
    )
    yield Tile(words.kilometres(figures.distance_m), "driven", words.travel_text(travel))
    yield Tile(words.yuan(figures.total_milli_fen), "cost", "All parts, unserved requests included")


def _own(name: str) -> str:
    return (files("dispatch.reports.page") / name).read_text(encoding="utf-8")


def _json(value: object) -> Markup:
    """JSON that may stand inside a script element: it can neither end it nor open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(
        text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )
