"""Made-up pickup problems of any size, fully determined by number of requests, couriers and seed.

A city is a square of 20 km. Each of 30 centres lies anywhere in it, each request 1.5 km (standard
deviation, east and north apart) from a centre drawn at random, moved to the edge where it falls
outside. Couriers start anywhere, are there the whole time, and stay where their last pickup was.
22 % of them drive vans, spread evenly over the list; the others ride e-bikes. 8 % of the requests
(rounded) are bulky: only vans take them, 20 to 40 minutes at the door; the others take 2 to 5
minutes. A request is asked for at any moment of two hours and must be rung at within two hours of
asking; all are known from the start. Travel follows straight lines times 1.35, at 16 km/h by
e-bike and 25 km/h by van. The cost is the seconds of driving plus a price for every request left
out.

Couriers have a stream of random numbers of their own: with the same seed, fewer couriers are the
first ones of more.
"""

import numpy as np
import numpy.typing as npt

from solvers.model import Problem, Stop, TimeWindow, Vehicle
from solvers.travel import MatrixTravel, PlanarTravel, Travel

UNSERVED_PRICE = 7200
"""Seconds of driving that a request left out counts for."""

SCARCE_PRICE = 72_000
"""The same where couriers are scarce: so much that no detour is worth leaving one more out."""

CLASSES = ("ebike", "van")

_SIDE_M = 20_000
_CENTRES = 30
_SPREAD_M = 1_500
_VAN_SHARE = 0.22
_BULKY_SHARE = 0.08
_ASKED_WITHIN_S = 7_200
_PROMISE_S = 7_200
_PARCEL_S = (120, 300)
_BULKY_S = (1_200, 2_400)
_DETOUR_PERMILLE = 1_350
_SPEEDS_MM_S = (4_444, 6_944)

_DENSE_UP_TO = 2_000
"""Places up to which travel is kept as matrices; above, it is computed on the fly."""

_Points = npt.NDArray[np.int64]


def pickup_problem(
    requests: int, couriers: int, seed: int, *, unserved_price: int = UNSERVED_PRICE
) -> Problem:
    """The problem of that size and seed.

    Raises:
        ValueError: A number is negative, or there is no request or courier.
    """
    if requests < 1 or couriers < 1 or seed < 0:
        raise ValueError(
            f"requests and couriers must be positive and the seed not negative, "
            f"not {requests}, {couriers} and {seed}"
        )
    drawn = np.random.default_rng([requests, seed, 0])
    doors = _doors(drawn, requests)
    asked = drawn.integers(0, _ASKED_WITHIN_S, requests, endpoint=True)
    bulky = np.zeros(requests, dtype=bool)
    bulky[drawn.permutation(requests)[: round(_BULKY_SHARE * requests)]] = True
    at_door = np.where(
        bulky,
        drawn.integers(*_BULKY_S, requests, endpoint=True),
        drawn.integers(*_PARCEL_S, requests, endpoint=True),
    )
    starts = np.random.default_rng([requests, seed, 1]).integers(
        0, _SIDE_M, (couriers, 2), endpoint=True
    )
    return Problem(
        stops=tuple(
            _stop(
                index,
                int(asked[index]),
                int(at_door[index]),
                is_bulky=bool(bulky[index]),
                unserved_price=unserved_price,
            )
            for index in range(requests)
        ),
        vehicles=tuple(_vehicle(index, requests + index) for index in range(couriers)),
        travel=tuple(_travel(np.vstack([doors, starts]), speed) for speed in _SPEEDS_MM_S),
        vehicle_classes=CLASSES,
    )


def _doors(drawn: np.random.Generator, requests: int) -> _Points:
    centres = drawn.uniform(0, _SIDE_M, (_CENTRES, 2))
    around = centres[drawn.integers(0, _CENTRES, requests)]
    doors = around + drawn.normal(0, _SPREAD_M, (requests, 2))
    return np.clip(np.rint(doors), 0, _SIDE_M).astype(np.int64)


def _stop(index: int, asked_s: int, service_s: int, *, is_bulky: bool, unserved_price: int) -> Stop:
    return Stop(
        id=f"request {index + 1}",
        location=index,
        windows=(TimeWindow(asked_s, asked_s + _PROMISE_S),),
        service_s=(service_s, service_s),
        unserved_price=unserved_price,
        skills=frozenset({"bulky"} if is_bulky else ()),
    )


def _vehicle(index: int, start: int) -> Vehicle:
    is_van = round((index + 1) * _VAN_SHARE) > round(index * _VAN_SHARE)
    return Vehicle(
        id=f"courier {index + 1}",
        vehicle_class=int(is_van),
        profile=int(is_van),
        start=start,
        skills=frozenset({"bulky"} if is_van else ()),
        cost_per_drive_s=1,
    )


def _travel(points: _Points, speed_mm_s: int) -> Travel:
    planar = PlanarTravel(points, detour_permille=_DETOUR_PERMILLE, speeds_mm_s=(speed_mm_s,))
    if planar.size > _DENSE_UP_TO:
        return planar
    durations, distances = planar.matrices(range(planar.size))
    return MatrixTravel(durations, distances)
