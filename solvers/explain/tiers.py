"""How badly a base of a route is late whatever is inserted into it, before anything is built.

A break put hours from its window, or one that drives the rest of the route past its windows,
cannot be the nearest while some insertion is only minutes late. One walk down the visits proves
it for every stop at once, and such bases are left unbuilt until a stop asks for them.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from solvers.explain.backward import DayLegs
from solvers.explain.legs import least_of
from solvers.explain.nearness import FURTHER_RULE_PPM, HOUR_S, WHOLE_PPM
from solvers.explain.slots import Current, targets
from solvers.insertions import Visits
from solvers.model import Hub, Problem, Stop, Vehicle
from solvers.replay import service_s
from solvers.travel import IntArray

TIERS_PPM = (0, 250_000, 1_000_000, 4_000_000)
"""Least lateness of the bases that are built together, parts per million, rising."""

Detours = Mapping[tuple[int, int], int]
"""Least seconds between two places by way of any stop, unloading beside it or not."""


def tier_of(ppm: int) -> int:
    """Number of the tier for bases that are at least ``ppm`` late."""
    return sum(ppm >= least for least in TIERS_PPM) - 1


def detours_of(problem: Problem, current: Current) -> Detours:
    """The detours between visits that follow each other in the route, its break left out.

    Travel need not be metric: the way by a stop may be shorter than the direct one.
    """
    vehicle = problem.vehicles[current.vehicle]
    given = [target.location for target in targets(problem, current.visits) if target is not None]
    ends = [*([vehicle.start] if vehicle.start is not None else []), *given]
    if vehicle.end is not None:
        ends.append(vehicle.end)
    if len(ends) < 2 or not problem.stops:
        return {}
    travel = problem.travel[vehicle.profile]
    stops = [stop.location for stop in problem.stops]
    hubs = [problem.hubs[hub].location for hub in vehicle.hubs]
    into = least_of(*travel.between(ends[:-1], stops))[0]
    out = least_of(*travel.between(stops, ends[1:]))[0]
    if hubs:
        to_hubs, from_hubs = travel.between(ends[:-1], hubs), travel.between(hubs, stops)
        into = np.minimum(into, _through(least_of(*to_hubs)[0], least_of(*from_hubs)[0]))
        to_hubs, from_hubs = travel.between(stops, hubs), travel.between(hubs, ends[1:])
        out = np.minimum(out, _through(least_of(*to_hubs)[0], least_of(*from_hubs)[0]))
    least_s = (into + out.T).min(axis=1).tolist()
    return dict(zip(pairwise(ends), least_s, strict=True))


def _through(into: IntArray, out: IntArray) -> IntArray:
    """Least seconds by any of the hubs between, shape (a, b)."""
    least_s = into[:, :1] + out[:1]
    for hub in range(1, into.shape[1]):
        np.minimum(least_s, into[:, hub : hub + 1] + out[hub : hub + 1], out=least_s)
    return least_s


def least_ppm(
    problem: Problem, current: Current, visits: Visits, legs: DayLegs, detours: Detours
) -> int:
    """Parts per million by which every insertion into the base is late, at least.

    Two earliest departures go down the visits: one with nothing inserted yet, and one with the
    stop inserted somewhere before, which may save set-up, what the next unloading takes, and
    drive where the direct way is the longer one. Both only ever err to the early side.
    """
    places = targets(problem, visits)
    if any(isinstance(place, Stop) and place.release_s is not None for place in places):
        return 0  # an unloading may free a trip that a release holds up
    walk = _Walk(problem.vehicles[current.vehicle], current, legs, detours)
    first = len(current.committed.visits)
    for place in places[:first]:
        if place is not None:
            walk.at, walk.address = place.location, _address(place)
    for place in places[first:]:
        walk.visit(place)
    return walk.finish()


def _address(place: Stop | Hub) -> str | None:
    return place.address if isinstance(place, Stop) else None


class _Walk:
    """Earliest departures down one base, and the lateness met on the way."""

    def __init__(self, vehicle: Vehicle, current: Current, legs: DayLegs, detours: Detours) -> None:
        self._vehicle = vehicle
        self._current = current
        self._legs = legs
        self._detours = detours
        done = current.committed.visits
        self.at = vehicle.start
        self.address: str | None = None
        self._before_s = done[-1].depart_s if done else vehicle.available_s
        self._inserted_s = self._before_s
        self._resting = False
        self._late_s: list[int] = []

    def visit(self, place: Stop | Hub | None) -> None:
        """Go on to the next visit; ``None`` is the break."""
        rest = self._vehicle.rest
        if place is None:
            if rest is not None:
                # a stop before the break on this leg only puts it off
                begin_s = max(min(self._before_s, self._inserted_s), rest.window.start_s)
                self._late(begin_s - rest.window.end_s)
            self._resting = True
            return
        before_s, inserted_s = self._arrivals_s(place.location)
        if place.windows:
            self._late(min(before_s, inserted_s) - place.windows[-1].end_s)
        address = _address(place)
        shares = address is not None and address == self.address
        saves = address is not None  # the set-up, where the inserted stop has the same address
        self._before_s = self._start_s(place, before_s) + self._stay_s(place, shares=shares)
        self._inserted_s = self._start_s(place, inserted_s) + self._stay_s(place, shares=saves)
        self.at, self.address, self._resting = place.location, address, False

    def finish(self) -> int:
        """Reach the end of the route and add up."""
        end_s = min(self._arrivals_s(self._vehicle.end))
        self._late(end_s - self._current.shift_end_s)
        parts = sum(late_s * WHOLE_PPM // HOUR_S for late_s in self._late_s)
        return parts + FURTHER_RULE_PPM * max(0, len(self._late_s) - 1)

    def _late(self, late_s: int) -> None:
        if late_s > 0:
            self._late_s.append(late_s)

    def _arrivals_s(self, location: int | None) -> tuple[int, int]:
        """Earliest arrival with nothing inserted yet, and with the stop inserted before it."""
        if self.at is None or location is None:
            direct_s = detour_s = 0
        else:
            direct_s = self._legs.leg(self.at, location).least_s
            detour_s = self._detours.get((self.at, location), 0)
        before_s = self._driven_s(self._before_s, direct_s)
        inserted_s = self._driven_s(self._inserted_s, direct_s)
        return before_s, min(inserted_s, self._driven_s(self._before_s, detour_s))

    def _driven_s(self, depart_s: int, drive_s: int) -> int:
        rest = self._vehicle.rest
        if not self._resting or rest is None:
            return depart_s + drive_s
        return max(depart_s + drive_s, rest.window.start_s) + rest.duration_s

    def _stay_s(self, place: Stop | Hub, *, shares: bool) -> int:
        if isinstance(place, Hub):
            return place.fixed_s
        return service_s(place, self._vehicle, shares_setup=shares)

    @staticmethod
    def _start_s(place: Stop | Hub, arrival_s: int) -> int:
        for window in place.windows:
            if arrival_s <= window.end_s:
                return max(arrival_s, window.start_s)
        return arrival_s
