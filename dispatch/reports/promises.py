"""Which promises a plan keeps on other travel times than it was made with."""

from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.domain.plans import Plan, PlannedRoute, VisitType
from dispatch.reports.format import hours, kilometres, minutes, percent, travel_text


def print_promises(planned: Plan, replayed: Plan, console: Console | None = None) -> None:
    """Print how many promises ``replayed`` breaks and by how much, beside the plan as made.

    Args:
        planned: As the file states it.
        replayed: The same visits on other travel times.
        console: Where to write.
    """
    console = console or Console(highlight=False)
    for word, plan in (("planned", planned), ("replayed", replayed)):
        console.print(Text(f"{word}: {travel_text(plan.origin.travel)}"), soft_wrap=True)
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    for number, head in enumerate(("", "planned", "replayed")):
        table.add_column(head, justify="right" if number else "left", no_wrap=True)
    for name, *values in zip(_NAMES, _values(planned), _values(replayed), strict=True):
        table.add_row(name, *values)
    console.print(table)
    console.print(_by_class(replayed))


_NAMES = (
    "pickups",
    "promises broken",
    "  share of pickups",
    "  minutes late, median",
    "  minutes late, 90 %",
    "  minutes late, worst",
    "driving",
    "distance",
)


def _values(plan: Plan) -> Iterator[str]:
    late_s = _late_s(plan.routes)
    broken_s = [seconds for seconds in late_s if seconds > 0]
    yield f"{len(late_s):,}"
    yield f"{len(broken_s):,}"
    yield percent(len(broken_s) / len(late_s) if late_s else None)
    yield minutes(round(median(broken_s))) if broken_s else "–"
    yield minutes(_ninth_tenth(broken_s)) if broken_s else "–"
    yield minutes(max(broken_s)) if broken_s else "–"
    yield hours(sum(route.drive_s for route in plan.routes))
    yield kilometres(sum(route.distance_m for route in plan.routes))


def _by_class(replayed: Plan) -> Text:
    """Broken promises by class of vehicle, in a line."""
    parts = []
    for name in dict.fromkeys(route.vehicle_class for route in replayed.routes):
        late_s = _late_s([r for r in replayed.routes if r.vehicle_class == name])
        broken = sum(seconds > 0 for seconds in late_s)
        parts.append(f"{name}: {broken:,} of {len(late_s):,}")
    return Text(f"promises broken by vehicle: {', '.join(parts) or 'none'}")


def _late_s(routes: Sequence[PlannedRoute]) -> list[int]:
    """Seconds after the promised end, of every pickup."""
    return [
        visit.late_s for route in routes for visit in route.visits if visit.type is VisitType.PICKUP
    ]


def _ninth_tenth(values_s: Sequence[int]) -> int:
    if len(values_s) == 1:
        return values_s[0]
    return round(quantiles(values_s, n=10, method="inclusive")[-1])
