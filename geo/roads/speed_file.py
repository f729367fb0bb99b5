"""Road speeds as a TOML file: free flow, shares of it by hour of the week, closed hours.

The format is described in ``docs/roads.md``; ``geo/data/speeds_china.toml`` is the default.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from shapely import union_all
from shapely.geometry import MultiPolygon, Polygon

from geo.errors import GeoError
from geo.geojson import as_polygon, polygon_features
from geo.roads.highways import HIGHWAY_INDEX
from geo.roads.speeds import (
    DAY_S,
    ClassSpeeds,
    Closure,
    RoadSpeeds,
    SpeedRule,
    free_flow_kmh,
)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d\d?):([0-5]\d)")
_SHOWN_PROBLEMS = 10


def _clock_s(value: Any) -> int:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    time_s = int(found[1]) * 3_600 + int(found[2]) * 60 if found else -1
    if not 0 <= time_s <= DAY_S:
        raise ValueError("give a time of day from 00:00 to 24:00, such as 07:30")
    return time_s


def _days(value: Any) -> tuple[int, ...]:
    names = value if isinstance(value, list) else [value]
    numbers: list[int] = []
    for name in names:
        first, dash, last = str(name).partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise ValueError(
                f"{name!r} is no day; give mon, tue, wed, thu, fri, sat, sun, or a range as mon-fri"
            )
        begin = _DAYS.index(first)
        length = (_DAYS.index(last) - begin) % 7 + 1 if dash else 1
        numbers += [(begin + step) % 7 for step in range(length)]
    return tuple(sorted(set(numbers)))


def _road(name: str) -> str:
    if name not in HIGHWAY_INDEX:
        raise ValueError(f"{name!r} is no class of street; give one of {', '.join(HIGHWAY_INDEX)}")
    return name


Clock = Annotated[int, BeforeValidator(_clock_s)]
Road = Annotated[str, AfterValidator(_road)]
Kmh = Annotated[float, Field(ge=1, le=130)]
Factor = Annotated[float, Field(ge=0.05, le=2)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Times(_Section):
    days: Annotated[tuple[int, ...], BeforeValidator(_days)] = tuple(range(7))
    from_s: Clock = Field(default=0, alias="from")
    to_s: Clock = Field(default=DAY_S, alias="to")
    roads: Annotated[tuple[Road, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> "_Times":
        if self.from_s == self.to_s:
            raise ValueError("from and to are the same time; give a span")
        return self

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Seconds of the week; one that ends before it starts runs past midnight."""
        length_s = (self.to_s - self.from_s) % DAY_S or DAY_S
        starts = (day * DAY_S + self.from_s for day in self.days)
        return tuple((start, start + length_s) for start in starts)

    @property
    def highways(self) -> frozenset[int]:
        """Indices of the classes of street, all of them where none is named."""
        return frozenset(HIGHWAY_INDEX[name] for name in self.roads or HIGHWAY_INDEX)


class _Hours(_Times):
    factor: Factor


class _Closed(_Times):
    area: str | None = None


class _Vehicle(_Section):
    kmh: dict[Road, Kmh] = Field(default_factory=dict)
    hours: tuple[_Hours, ...] = ()
    closed: tuple[_Closed, ...] = ()


class _Vehicles(_Section):
    ebike: _Vehicle = _Vehicle()
    van: _Vehicle = _Vehicle()


class _File(_Section):
    schema_: Literal[1] = Field(alias="schema")
    name: Annotated[str, Field(min_length=1, max_length=100)]
    vehicles: _Vehicles = _Vehicles()


def read_speeds(path: Path) -> RoadSpeeds:
    """Read road speeds from a TOML file; areas are files beside it.

    Raises:
        GeoError: `speeds.unreadable`, `speeds.syntax` or `speeds.fields`, or `geojson.*` of an
            area.
    """
    digest = hashlib.sha256()

    def area(name: str) -> Polygon | MultiPolygon:
        text = _text(path.parent / name)
        digest.update(text.encode())
        return as_polygon(union_all([feature.polygon for feature in polygon_features(text)]))

    return _parse(_text(path), str(path), area, digest)


@cache
def default_speeds() -> RoadSpeeds:
    """Return the speeds for Chinese cities; `docs/roads.md` tells where they come from."""
    text = resources.files("geo").joinpath("data", "speeds_china.toml").read_text("utf-8")

    def no_area(name: str) -> Polygon | MultiPolygon:
        raise GeoError("speeds.fields", f"area {name} of the default speeds", "close roads only")

    return _parse(text, "speeds_china.toml", no_area, hashlib.sha256())


def _parse(
    text: str, file: str, area: Callable[[str], Polygon | MultiPolygon], digest: Any
) -> RoadSpeeds:
    digest.update(text.encode())
    try:
        parsed = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise GeoError(
            "speeds.syntax", f"{file} is not TOML: {error}", "correct the file at this place"
        ) from error
    except ValidationError as error:
        raise GeoError("speeds.fields", _problems(file, error), "see docs/roads.md") from error
    classes = {
        "ebike": _class("ebike", parsed.vehicles.ebike, area),
        "van": _class("van", parsed.vehicles.van, area),
    }
    return RoadSpeeds(parsed.name, classes, digest.hexdigest())


def _class(
    name: str, section: _Vehicle, area: Callable[[str], Polygon | MultiPolygon]
) -> ClassSpeeds:
    kmh = list(free_flow_kmh(name))
    for road, speed in section.kmh.items():
        kmh[HIGHWAY_INDEX[road]] = speed
    return ClassSpeeds(
        kmh=tuple(kmh),
        rules=tuple(SpeedRule(h.spans, h.highways, h.factor) for h in section.hours),
        closures=tuple(
            Closure(c.spans, c.highways, None if c.area is None else area(c.area))
            for c in section.closed
        ),
    )


def _problems(file: str, error: ValidationError) -> str:
    found = error.errors(include_url=False)
    lines = []
    for problem in found[:_SHOWN_PROBLEMS]:
        where = ".".join(str(step) for step in problem["loc"] if step != "[key]")
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = "there is no such setting"
        elif problem["type"] == "missing":
            message = "is missing"
        given = problem["input"]
        shown = "" if isinstance(given, dict | list | tuple) else f" (it is {given!r})"
        lines.append(f"{where}: {message}{shown}")
    more = f" and {len(found) - len(lines)} more" if len(found) > len(lines) else ""
    return f"{file} has {len(found)} problem(s): {'; '.join(lines)}{more}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise GeoError(
            "speeds.unreadable", f"{path} cannot be read: {reason}", "check the file"
        ) from error
