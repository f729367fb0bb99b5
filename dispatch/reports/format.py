"""Figures in words for people: yuan, hours, kilometres and percent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dispatch.domain.places import Window
from dispatch.domain.plans import STRAIGHT_LINES, TravelOrigin
from dispatch.figures import PlanFigures

NONE = "–"


def yuan(milli_fen: int) -> str:
    """Money with two decimals, such as ``¥1,234.50``."""
    return f"¥{milli_fen / 100_000:,.2f}"


def travel_text(travel: TravelOrigin) -> str:
    """Where travel times come from, in a line or two."""
    if travel.source == STRAIGHT_LINES.source:
        text = "Travel on straight lines with a detour factor"
        return f"{text}: the server asked for failed ({travel.because})" if travel.because else text
    return f"Travel along streets: {travel.name}. {travel.attribution}"


def map_note(travel: TravelOrigin) -> str:
    """What the lines of a map are."""
    if travel.source == STRAIGHT_LINES.source:
        return "Lines join the stops in order and are not the roads taken."
    return f"Lines follow streets, {travel.attribution}."


def hours(seconds: float) -> str:
    """Hours with one decimal."""
    return f"{seconds / 3600:,.1f} h"


def kilometres(metres: int) -> str:
    """Kilometres with one decimal."""
    return f"{metres / 1000:,.1f} km"


def percent(share: float | None) -> str:
    """A share with one decimal, a dash where it is undefined."""
    return NONE if share is None else f"{share * 100:.1f} %"


def rate(value: float | None) -> str:
    """A number with two decimals, a dash where it is undefined."""
    return NONE if value is None else f"{value:.2f}"


def minutes(seconds: float) -> str:
    """Whole minutes; less than one is said to be so."""
    return "< 1 min" if 0 < seconds < 60 else f"{seconds / 60:.0f} min"


def clock_spans(windows: Iterable[Window], timezone: ZoneInfo) -> str:
    """Windows on the local clock, such as ``09:00-11:00, 13:00-15:00``."""
    return ", ".join(
        f"{window.start_at.astimezone(timezone):%H:%M}-{window.end_at.astimezone(timezone):%H:%M}"
        for window in windows
    )


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a title; the first column is a name, the others are numbers.

    Attributes:
        title: What the table is about.
        head: Names of the columns.
        rows: As many cells as columns each.
        sum: Whether the last row is the sum of the others.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sum: bool = False


def figure_tables(figures: PlanFigures) -> Iterator[Table]:
    """The figures of a plan as tables, the same on the page and on the terminal."""
    yield _classes(figures)
    yield _work(figures)
    yield _costs(figures)
    if figures.by_zone:
        yield _zones(figures)


def _classes(figures: PlanFigures) -> Table:
    rows = [
        (name.value, row.requests, row.served, row.in_window, row.late, row.unserved)
        for name, row in figures.by_class.items()
    ]
    rows.append(
        (
            "all",
            figures.requests,
            figures.served,
            figures.in_window,
            figures.late,
            figures.unserved,
        )
    )
    return Table(
        "Pickups",
        ("class", "asked", "served", "in window", "late", "unserved"),
        tuple((name, *(f"{count:,}" for count in counts)) for name, *counts in rows),
        sum=True,
    )


def _work(figures: PlanFigures) -> Table:
    work = figures.work
    spread = NONE
    if work.min_s is not None and work.median_s is not None and work.max_s is not None:
        parts = (work.min_s, work.median_s, work.max_s)
        spread = " / ".join(f"{seconds / 3600:.1f}" for seconds in parts) + " h"
    rows = (
        ("couriers with a route", f"{figures.couriers_used} of {figures.couriers}"),
        ("pickups per courier-hour", rate(figures.pickups_per_courier_hour)),
        ("utilisation, all on shift", percent(figures.utilisation)),
        ("utilisation, those with a route", percent(figures.utilisation_used)),
        ("work, least / median / most", spread),
        ("work, variation between couriers", rate(work.variation)),
        ("distance", kilometres(figures.distance_m)),
        ("paid", hours(figures.paid_s)),
        ("  driving", hours(figures.drive_s)),
        ("  at the door", hours(figures.service_s)),
        ("  unloading", hours(figures.unload_s)),
        ("  waiting", hours(figures.wait_s)),
        ("unloadings", f"{figures.unloadings:,}"),
    )
    return Table("Work", ("figure", "value"), rows)


def _costs(figures: PlanFigures) -> Table:
    rows = [
        (name.replace("_", " "), yuan(cost))
        for name, cost in figures.cost_milli_fen.items()
        if cost
    ]
    rows.append(("all", yuan(figures.total_milli_fen)))
    return Table("Cost", ("part", "yuan"), tuple(rows), sum=True)


def _zones(figures: PlanFigures) -> Table:
    rows = tuple(
        (
            row.zone,
            f"{row.requests:,}",
            f"{row.late:,}",
            f"{row.unserved:,}",
            f"{row.couriers:,}",
            f"{row.distance_m / 1000:,.0f}",
            f"{(row.drive_s + row.service_s) / 3600:,.1f}",
        )
        for row in figures.by_zone
    )
    head = ("zone", "asked", "late", "unserved", "couriers", "km", "hours")
    return Table("Zones", head, rows)
