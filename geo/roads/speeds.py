"""How fast a class of vehicle is on each street, and where it may not go, by hour of the week.

Times are seconds of the week, 0 to 604,799 from Monday's midnight. A departure takes the speeds
of its own time for the whole way; `geo.roads.travel` joins the times of different departures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from geo.errors import GeoError
from geo.roads.highways import HIGHWAYS, VEHICLE_BITS
from geo.roads.network import RoadNetwork

DAY_S = 86_400
WEEK_S = 7 * DAY_S

CLEARING_S = 1_800
"""Departures from this long before a closure avoid the closed streets already: a drive that
began earlier is taken to have left them by then."""

# OSRM's car profile drives at 0.8 of a tagged limit (Project-OSRM/osrm-backend, profiles/car.lua,
# speed_reduction).
_OF_LIMIT = 0.8


@dataclass(frozen=True, slots=True)
class SpeedRule:
    """At some times, a share of the free-flow speed on some classes of street.

    Attributes:
        spans: when, as seconds of the week, start inclusive and end exclusive.
        highways: indices into `geo.roads.highways.HIGHWAYS`.
        factor: of the speed in free flow, more than 0 and at most 2.
    """

    spans: tuple[tuple[int, int], ...]
    highways: frozenset[int]
    factor: float


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """Streets that may not be driven at some times.

    Attributes:
        spans: when, as for `SpeedRule`; departures avoid the streets `CLEARING_S` earlier.
        highways: indices of the classes of street that are closed.
        area: only streets whose middle lies inside it (WGS84); ``None`` closes them everywhere.
    """

    spans: tuple[tuple[int, int], ...]
    highways: frozenset[int]
    area: Polygon | MultiPolygon | None


@dataclass(frozen=True, slots=True)
class RoadState:
    """What a departure meets: equal states give equal ways.

    Attributes:
        factors: share of the free-flow speed by class of street.
        closed: which closures hold, as positions in `ClassSpeeds.closures`.
    """

    factors: tuple[float, ...]
    closed: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ClassSpeeds:
    """One class of vehicle.

    Attributes:
        kmh: speed in free flow by class of street, as `HIGHWAYS` orders them.
        rules: where several fit, the last one counts; where none does, flow is free.
        closures: all that fit count.
    """

    kmh: tuple[float, ...]
    rules: tuple[SpeedRule, ...] = ()
    closures: tuple[Closure, ...] = ()

    def state_at(self, week_s: int) -> RoadState:
        """Return what a departure at a second of the week meets; any integer, taken modulo."""
        now = week_s % WEEK_S
        factors = [1.0] * len(HIGHWAYS)
        for rule in self.rules:
            if _within(now, rule.spans):
                for highway in rule.highways:
                    factors[highway] = rule.factor
        closed = [
            number
            for number, closure in enumerate(self.closures)
            if _within(now, _cleared(closure.spans))
        ]
        return RoadState(tuple(factors), tuple(closed))

    def changes(self) -> tuple[int, ...]:
        """Return the seconds of the week at which the state becomes another, ascending."""
        spans = [span for rule in self.rules for span in rule.spans]
        spans += [span for closure in self.closures for span in _cleared(closure.spans)]
        times = sorted({time % WEEK_S for span in spans for time in span})
        return tuple(t for t in times if self.state_at(t) != self.state_at(t - 1))


@dataclass(frozen=True, slots=True, eq=False)
class RoadSpeeds:
    """Speeds of all classes of vehicle.

    Attributes:
        name: what the speeds are called in reports.
        classes: by name of the vehicle class.
        fingerprint: sha256 of the file they come from.
    """

    name: str
    classes: Mapping[str, ClassSpeeds]
    fingerprint: str

    def of(self, vehicle_class: str) -> ClassSpeeds:
        """Return the speeds of a class of vehicle.

        Raises:
            GeoError: `speeds.vehicle_class`.
        """
        found = self.classes.get(vehicle_class)
        if found is None:
            raise GeoError(
                "speeds.vehicle_class",
                f"there are no road speeds for vehicle class {vehicle_class!r}",
                f"give one of {', '.join(self.classes)}",
            )
        return found


def free_flow_kmh(vehicle_class: str) -> tuple[float, ...]:
    """Return the default speeds of a vehicle class by class of street."""
    known = {
        "ebike": tuple(float(highway.ebike_kmh) for highway in HIGHWAYS),
        "van": tuple(float(highway.van_kmh) for highway in HIGHWAYS),
    }
    if vehicle_class not in known:
        raise GeoError(
            "speeds.vehicle_class",
            f"there are no road speeds for vehicle class {vehicle_class!r}",
            f"give one of {', '.join(VEHICLE_BITS)}",
        )
    return known[vehicle_class]


def edge_ms(
    network: RoadNetwork, vehicle_class: str, speeds: ClassSpeeds, state: RoadState
) -> npt.NDArray[np.float64]:
    """Return milliseconds to drive each edge, float64 (m,); infinite where it is closed.

    An e-bike keeps to a tagged limit; a van, on streets with one, does 0.8 of it, whatever the
    class of street.
    """
    kmh = np.array(speeds.kmh)[network.highway]
    limit = network.max_speed_kmh.astype(np.float64)
    tagged = limit > 0
    slowed = np.minimum(kmh, limit) if vehicle_class == "ebike" else limit * _OF_LIMIT
    kmh = np.where(tagged, slowed, kmh) * np.array(state.factors)[network.highway]
    result: npt.NDArray[np.float64] = network.length_m.astype(np.float64) * 3_600.0 / kmh
    result[~network.for_class(vehicle_class)] = np.inf
    for number in state.closed:
        result[_closed_edges(network, speeds.closures[number])] = np.inf
    return result


def _closed_edges(network: RoadNetwork, closure: Closure) -> npt.NDArray[np.bool_]:
    closed: npt.NDArray[np.bool_] = np.isin(network.highway, list(closure.highways))
    if closure.area is not None and closed.any():
        points, owner = network.lines(np.arange(network.edge_count))
        count = np.bincount(owner, minlength=network.edge_count)
        lon, lat = (np.bincount(owner, weights=points[:, axis]) / count for axis in (0, 1))
        closed &= shapely.contains_xy(closure.area, lon, lat)
    return closed


def _within(week_s: int, spans: Sequence[tuple[int, int]]) -> bool:
    # A span that starts late on Sunday runs past the end of the week.
    return any(
        start <= week_s < end or start <= week_s + WEEK_S < end or start <= week_s - WEEK_S < end
        for start, end in spans
    )


def _cleared(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start - CLEARING_S, end) for start, end in spans)
