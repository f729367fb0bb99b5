"""The cities by readiness, as a map in longitude and latitude."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians

from markupsafe import Markup

from dispatch.capacity.rollout.report.looks import COLOURS, LINE, QUIET, WORST_FIRST
from dispatch.capacity.rollout.report.svg import element, picture
from dispatch.capacity.rollout.report.words import day, verdict_text
from dispatch.capacity.rollout.study import Rollout
from dispatch.capacity.rollout.verdicts import Outcome, Verdict
from geo.cities import City

WIDTH, MARGIN = 640.0, 42.0
_TEXT_H, _LETTER_W, _RADIUS = 12.0, 6.5, 6.0
_GRATICULE = 5
_NEAR, _FAR = 10.0, 64.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Mark:
    city: City
    outcome: Outcome
    text: str
    title: str
    x: float
    y: float


def city_map(rollout: Rollout) -> Markup:
    """A mark for each city, by the worst verdict among its services."""
    cities = [rollout.plan.cities[name] for name in rollout.plan.by_city]
    scale = _Scale(cities)
    marks = [_mark(rollout, city, scale) for city in cities]
    # The most important labels get their places first.
    marks.sort(key=lambda mark: (WORST_FIRST.index(mark.outcome), -mark.city.population))
    taken: list[Box] = [
        (mark.x - _RADIUS, mark.y - _RADIUS, mark.x + _RADIUS, mark.y + _RADIUS) for mark in marks
    ]
    labels = [_label(mark, taken, scale.height) for mark in marks]
    return picture(
        *_graticule(scale),
        *labels,
        *map(_symbol, marks),
        width=WIDTH,
        height=scale.height,
        label="Map of the cities by readiness",
    )


class _Scale:
    """Degrees to picture units; a degree is as long east as north in the middle of the map."""

    def __init__(self, cities: Sequence[City]) -> None:
        lons = [city.centre_lon for city in cities]
        lats = [city.centre_lat for city in cities]
        self.west, self.east = min(lons) - 0.5, max(lons) + 0.5
        self.south, self.north = min(lats) - 0.5, max(lats) + 0.5
        self._squeeze = cos(radians((self.south + self.north) / 2))
        wide = (self.east - self.west) * self._squeeze
        self._per_degree = (WIDTH - 2 * MARGIN) / max(wide, (self.north - self.south) * 0.8)
        self.height = (self.north - self.south) * self._per_degree + 2 * MARGIN

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            MARGIN + (lon - self.west) * self._squeeze * self._per_degree,
            MARGIN + (self.north - lat) * self._per_degree,
        )


def _mark(rollout: Rollout, city: City, scale: _Scale) -> _Mark:
    verdicts = [one for one in rollout.verdicts if one.service.city == city.name]
    worst = min(verdicts, key=lambda one: WORST_FIRST.index(one.outcome))
    x, y = scale.place(city.centre_lon, city.centre_lat)
    title = "\n".join(
        [city.name, *(f"{one.service.kind}: {verdict_text(one)}" for one in verdicts)]
    )
    return _Mark(city, worst.outcome, _text(city, worst), title, x, y)


def _text(city: City, worst: Verdict) -> str:
    name = city.name.split(" (")[0]
    if worst.outcome in (Outcome.READY_ON, Outcome.LATE) and worst.opens is not None:
        return f"{name} {day(worst.opens)}"
    return name


def _graticule(scale: _Scale) -> Iterator[Markup]:
    first_lon = int(scale.west // _GRATICULE + 1) * _GRATICULE
    first_lat = int(scale.south // _GRATICULE + 1) * _GRATICULE
    for lon in range(first_lon, int(scale.east) + 1, _GRATICULE):
        x, _ = scale.place(lon, scale.north)
        yield element("line", x1=x, x2=x, y1=14.0, y2=scale.height - 14, stroke=LINE)
        yield _axis_text(f"{lon}° E", x, scale.height - 3, "middle")
    for lat in range(first_lat, int(scale.north) + 1, _GRATICULE):
        _, y = scale.place(scale.west, lat)
        yield element("line", x1=36.0, x2=WIDTH, y1=y, y2=y, stroke=LINE)
        yield _axis_text(f"{lat}° N", 2.0, y + 4, "start")


def _axis_text(text: str, x: float, y: float, anchor: str) -> Markup:
    return element("text", text, x=x, y=y, fill=QUIET, font_size="10", text_anchor=anchor)


def _symbol(mark: _Mark) -> Markup:
    """Colour and shape say the same thing twice."""
    x, y, r, colour = mark.x, mark.y, _RADIUS, COLOURS[mark.outcome]
    title = element("title", mark.title)
    if mark.outcome is Outcome.READY:
        return element(
            "circle", title, cx=x, cy=y, r=r - 0.5, fill=colour, stroke="white", stroke_width="1.5"
        )
    shapes = {
        Outcome.READY_ON: [(-r, r), (r, r), (0.0, -r)],
        Outcome.LATE: [(-r, 0.0), (0.0, r), (r, 0.0), (0.0, -r)],
        Outcome.SHORT: [(-r, -r), (r, -r), (r, r), (-r, r)],
    }
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in shapes[mark.outcome])
    return element("polygon", title, points=points, fill=colour, stroke="white", stroke_width="1.5")


def _label(mark: _Mark, taken: list[Box], height: float) -> Markup:
    """The text at the first free place around the mark, with a line to it where that is far."""
    width = len(mark.text) * _LETTER_W
    box = next(
        (
            box
            for box in _places(mark, width)
            if box[0] > 38
            and box[2] < WIDTH
            and box[1] > 0
            and box[3] < height - 12
            and not any(_overlap(box, other) for other in taken)
        ),
        next(_places(mark, width)),
    )
    taken.append(box)
    text = element("text", mark.text, x=box[0], y=box[3] - 2.5, font_size="11")
    near_x = min(max(mark.x, box[0]), box[2])
    near_y = min(max(mark.y, box[1]), box[3])
    if abs(near_x - mark.x) + abs(near_y - mark.y) <= _NEAR + 2:
        return text
    line = element("line", x1=mark.x, y1=mark.y, x2=near_x, y2=near_y, stroke=QUIET)
    return line + text


def _places(mark: _Mark, width: float) -> Iterator[Box]:
    """Boxes around a mark, the near ones and those to its right first."""
    away = _NEAR - 2
    while away <= _FAR:
        for x, y in (
            (mark.x + away, mark.y - _TEXT_H / 2),
            (mark.x - away - width, mark.y - _TEXT_H / 2),
            (mark.x + away * 0.7, mark.y - away * 0.7 - _TEXT_H),
            (mark.x + away * 0.7, mark.y + away * 0.7),
            (mark.x - away * 0.7 - width, mark.y - away * 0.7 - _TEXT_H),
            (mark.x - away * 0.7 - width, mark.y + away * 0.7),
            (mark.x - width / 2, mark.y - away - _TEXT_H),
            (mark.x - width / 2, mark.y + away),
        ):
            yield x, y, x + width, y + _TEXT_H
        away += 6


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
