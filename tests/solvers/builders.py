"""Small problems on a line: location i lies at metre ``xs[i]``, a metre takes a second."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from solvers.model import Break, Hub, Problem, Stop, TimeWindow, Vehicle, Visit
from solvers.solution import Route, Solution
from solvers.travel import MatrixTravel


def line_travel(xs: Sequence[int]) -> MatrixTravel:
    """Seconds and metres between points on a line."""
    points = np.asarray(xs, dtype=np.int64)
    apart = np.abs(points[:, None] - points[None, :])
    return MatrixTravel(apart, apart)


def stop(location: int, **given: Any) -> Stop:
    """A stop named after its location, ten seconds at the door, any time, must be served."""
    return Stop(**({"id": f"S{location}", "location": location, "service_s": (10,)} | given))


def vehicle(**given: Any) -> Vehicle:
    """A vehicle that starts at location 0, open end, no limits, one milli-fen a metre."""
    return Vehicle(**({"id": "V", "start": 0, "cost_per_m": 1} | given))


def window(start_s: int, end_s: int) -> TimeWindow:
    """A time window."""
    return TimeWindow(start_s, end_s)


def rest(start_s: int, end_s: int, duration_s: int) -> Break:
    """A break."""
    return Break(TimeWindow(start_s, end_s), duration_s)


def problem(
    xs: Sequence[int],
    stops: Sequence[Stop],
    vehicles: Sequence[Vehicle],
    hubs: Sequence[Hub] = (),
    **given: Any,
) -> Problem:
    """A problem on a line."""
    return Problem(
        **(
            {
                "stops": tuple(stops),
                "vehicles": tuple(vehicles),
                "hubs": tuple(hubs),
                "travel": (line_travel(xs),),
            }
            | given
        )
    )


def visits(*given: int | str) -> tuple[Visit, ...]:
    """Visits from stop indices, ``"B"`` for the break and ``"H0"`` for hub 0."""
    made = []
    for item in given:
        if isinstance(item, int):
            made.append(Visit.stop(item))
        elif item == "B":
            made.append(Visit.break_())
        else:
            made.append(Visit.hub(int(item[1:])))
    return tuple(made)


def solution(*routes: Sequence[int | str]) -> Solution:
    """Route k belongs to vehicle k; empty routes are left out."""
    return Solution(
        tuple(Route(index, visits(*route)) for index, route in enumerate(routes) if route)
    )
