"""Fleet curves: vehicles on the road against those needed, week by week, city by city."""

from collections.abc import Iterator

from markupsafe import Markup

from dispatch.capacity.rollout.inputs import Service
from dispatch.capacity.rollout.report.looks import CLASS_COLOURS, LINE, QUIET
from dispatch.capacity.rollout.report.svg import element, picture
from dispatch.capacity.rollout.report.words import CLASSES
from dispatch.capacity.rollout.study import Rollout

WIDTH, HEIGHT = 220.0, 104.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 4.0, 8.0, 16.0


def curves(rollout: Rollout) -> dict[str, Markup]:
    """A picture for each city: share of the vehicles needed that are on the road, by class."""
    return {city: _city(rollout, city) for city in rollout.plan.by_city}


def fleets(rollout: Rollout, city: str) -> list[tuple[Service, int, int]]:
    """Vehicles on the road in the last week, and needed, for each service of a city."""
    working = rollout.solved.schedule.working
    return [
        (service, working[service][-1], rollout.plan.need(service).vehicles)
        for service in rollout.plan.by_city[city]
    ]


def _city(rollout: Rollout, city: str) -> Markup:
    return picture(
        *_grid(rollout),
        *(part for service in rollout.plan.by_city[city] for part in _line(rollout, service)),
        width=WIDTH,
        height=HEIGHT,
        label=f"Fleet of {city} by week",
    )


def _x(rollout: Rollout, week: float) -> float:
    return _LEFT + week * (WIDTH - _LEFT - _RIGHT) / len(rollout.plan.weeks)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (HEIGHT - _TOP - _BOTTOM)


def _grid(rollout: Rollout) -> Iterator[Markup]:
    for share in (0.0, 0.5, 1.0):
        y = _y(share)
        yield element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y, stroke=LINE)
        yield element(
            "text",
            f"{share:.0%}",
            x=_LEFT - 4,
            y=y + 3,
            font_size="9",
            fill=QUIET,
            text_anchor="end",
        )
    weeks = rollout.plan.weeks
    for number in range(0, len(weeks), max(1, -(-len(weeks) // 4))):
        yield element(
            "text",
            f"{weeks[number].first_day.day} {weeks[number].first_day:%b}",
            x=_x(rollout, number),
            y=HEIGHT - 4,
            font_size="9",
            fill=QUIET,
        )


def _line(rollout: Rollout, service: Service) -> Iterator[Markup]:
    """A staircase: what is on the road in a week stays so until the next."""
    need = rollout.plan.need(service).vehicles
    working = rollout.solved.schedule.working[service]
    points = []
    for week, count in enumerate(working):
        y = _y(count / need)
        points += [f"{_x(rollout, week):.1f},{y:.1f}", f"{_x(rollout, week + 1):.1f},{y:.1f}"]
    counts = ", ".join(map(str, working))
    yield element(
        "polyline",
        element("title", f"{CLASSES[service.kind]}: {counts} of {need} vehicles on the road"),
        points=" ".join(points),
        fill="none",
        stroke=CLASS_COLOURS[service.kind],
        stroke_width="2.2",
    )
