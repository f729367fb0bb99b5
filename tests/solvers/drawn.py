"""Small drawn problems with every feature of the model, and valid partial plans for them.

One recipe, two sources of chance: ``drawn_cases()`` is a hypothesis strategy that shrinks,
``seeded_case(seed)`` makes the same kinds of cases from a seed. Every plan is one the checker
finds no violation in, required stops left out aside.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st

from solvers.inherited import route_violations
from solvers.insertions import bases, insertions
from solvers.model import Break, Hub, Prices, Problem, Stop, TimeWindow, Vehicle, Visit
from solvers.replay import replay
from solvers.solution import Route, Solution
from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel, Travel

T = TypeVar("T")

DAY_S = 2000
SIDE_M = 300
MAX_STOPS = 7


class Chance(Protocol):
    """Where a recipe takes its choices from; the first choice is the plainest."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    def pick(self, values: Sequence[T]) -> T:
        """One of the values."""

    def often(self, percent: int) -> bool:
        """True in about so many of a hundred cases."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Choices from a generator of the caller's."""

    source: random.Random

    def integer(self, low: int, high: int) -> int:
        return self.source.randint(low, high)

    def pick(self, values: Sequence[T]) -> T:
        return self.source.choice(values)

    def often(self, percent: int) -> bool:
        return self.source.randrange(100) < percent


@dataclass(frozen=True, slots=True)
class Drawn:
    """Choices from a hypothesis draw, so that failing cases shrink to plain ones."""

    draw: Any

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def pick(self, values: Sequence[T]) -> T:
        return self.draw(st.sampled_from(values))

    def often(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent


@dataclass(frozen=True, slots=True)
class Features:
    """What the drawn problems may hold; all of it unless told otherwise."""

    breakpoints: bool = True
    unreachable: bool = True
    breaks: bool = True
    hubs: bool = True
    releases: bool = True
    committed: bool = True
    due_times: bool = True
    limits: bool = True
    setups: bool = True
    several_windows: bool = True


ALL_FEATURES = Features()


@dataclass(frozen=True, slots=True)
class Case:
    """A problem and a valid plan for part of its stops."""

    problem: Problem
    solution: Solution


@st.composite
def drawn_cases(draw: Any, features: Features = ALL_FEATURES) -> Case:
    """Problems with a valid partial plan."""
    return make_case(Drawn(draw), features)


@st.composite
def drawn_problems(draw: Any, features: Features = ALL_FEATURES) -> Problem:
    """Problems alone."""
    return make_problem(Drawn(draw), features)


def seeded_case(seed: int, features: Features = ALL_FEATURES) -> Case:
    """The same recipe from a seed."""
    return make_case(Seeded(random.Random(seed)), features)


def make_case(chance: Chance, features: Features) -> Case:
    """A problem, and a plan grown by random valid insertions."""
    problem = make_problem(chance, features)
    routes: dict[int, tuple[Visit, ...]] = {}
    vehicles = list(problem.vehicles)
    for index, vehicle in enumerate(problem.vehicles):
        start = _valid_start(problem, index)
        if start is None:
            vehicles[index] = replace(vehicle, committed=())
        elif start:
            routes[index] = start
    problem = problem.replace(vehicles=tuple(vehicles))
    bound = {visit for vehicle in vehicles for visit in vehicle.committed}
    for stop in range(len(problem.stops)):
        if Visit.stop(stop) in bound or not chance.often(70):
            continue
        vehicle = chance.integer(0, len(vehicles) - 1)
        route = routes.get(vehicle, ())
        choices = [
            visits
            for visits in insertions(problem, vehicle, route, stop)
            if not route_violations(problem, replay(problem, vehicle, visits))
        ]
        if choices:
            routes[vehicle] = chance.pick(choices)
    solution = Solution(tuple(Route(index, routes[index]) for index in sorted(routes)))
    return Case(problem, solution)


def _valid_start(problem: Problem, vehicle: int) -> tuple[Visit, ...] | None:
    """The committed visits, with the break where they need it; ``None`` if nothing is valid."""
    owner = problem.vehicles[vehicle]
    if not owner.committed:
        return ()
    for visits in bases(owner, owner.committed):
        if not route_violations(problem, replay(problem, vehicle, visits)):
            return visits
    return None


def make_problem(chance: Chance, features: Features) -> Problem:
    """A problem of up to seven stops, three vehicles and two hubs."""
    dimensions = chance.pick([(), ("weight_g",), ("weight_g", "pieces")])
    hubs = chance.integer(0, 2) if features.hubs else 0
    stops = chance.integer(1, MAX_STOPS)
    fleet = chance.integer(1, 3)
    locations = chance.integer(2, 8)
    profiles = chance.integer(1, 2)
    made_stops = [
        _stop(chance, features, index, locations, len(dimensions), fleet) for index in range(stops)
    ]
    vehicles = [
        _vehicle(chance, features, index, locations, len(dimensions), hubs, profiles)
        for index in range(fleet)
    ]
    if features.committed:
        vehicles = _commit(chance, vehicles, stops)
    return Problem(
        stops=tuple(made_stops),
        vehicles=tuple(vehicles),
        hubs=tuple(_hub(chance, features, n, locations, len(dimensions)) for n in range(hubs)),
        travel=tuple(_travel(chance, features, locations) for _ in range(profiles)),
        dimensions=dimensions,
        vehicle_classes=("small", "large"),
        prices=Prices(
            outside_home_zone=chance.pick([0, 50]),
            vehicle_change=chance.pick([0, 30]),
            time_change=chance.pick([0, 20]),
            time_tolerance_s=100,
        ),
    )


def _travel(chance: Chance, features: Features, count: int) -> Travel:
    points = np.asarray(
        [[chance.integer(0, SIDE_M), chance.integer(0, SIDE_M)] for _ in range(count)]
    )
    kind = chance.pick(["plane", "plane by hour", "matrix", "matrix by hour"])
    by_hour = features.breakpoints and kind.endswith("by hour")
    if kind.startswith("plane"):
        speeds = (1000, 600, 1200) if by_hour else (1000,)
        return PlanarTravel(
            points,
            detour_permille=1200,
            speeds_mm_s=speeds,
            breakpoints_s=(0, 700, 1500) if by_hour else (0,),
        )
    apart = np.abs(points[:, None] - points[None]).sum(axis=2)
    noise = np.asarray([[chance.integer(0, 60) for _ in range(count)] for _ in range(count)])
    durations = apart + noise
    if features.unreachable:
        for _ in range(chance.integer(0, 3)):
            durations[chance.integer(0, count - 1), chance.integer(0, count - 1)] = UNREACHABLE
    if not by_hour:
        return MatrixTravel(durations, apart)
    slower = np.where(durations == UNREACHABLE, UNREACHABLE, durations + durations // 2)
    return MatrixTravel(np.stack([durations, slower, durations]), apart, (0, 700, 1500))


def make_stop(chance: Chance, problem: Problem, index: int, features: Features) -> Stop:
    """One more stop at a location of ``problem``."""
    fleet, dimensions = len(problem.vehicles), len(problem.dimensions)
    return _stop(chance, features, index, problem.travel[0].size, dimensions, fleet)


def make_windows(chance: Chance, features: Features) -> tuple[TimeWindow, ...]:
    """Up to two windows."""
    return _windows(chance, features)


def _windows(chance: Chance, features: Features) -> tuple[TimeWindow, ...]:
    count = chance.integer(0, 2 if features.several_windows else 1)
    if not count:
        return ()
    start = chance.integer(0, DAY_S)
    first = TimeWindow(start, start + chance.integer(0, 600))
    if count == 1:
        return (first,)
    later = first.end_s + chance.integer(1, 400)
    return first, TimeWindow(later, later + chance.integer(0, 400))


def _stop(
    chance: Chance, features: Features, index: int, locations: int, dimensions: int, fleet: int
) -> Stop:
    windows = _windows(chance, features)
    due_s = None
    if features.due_times and chance.often(25):
        last = windows[-1].end_s if windows else DAY_S
        due_s = chance.integer(max(0, last - 500), last)
    everyone = range(fleet)
    return Stop(
        id=f"S{index}",
        location=chance.integer(0, locations - 1),
        windows=windows,
        service_s=(chance.integer(0, 120), chance.integer(0, 120)),
        setup_s=(40, 60) if features.setups and chance.often(40) else (),
        address=chance.pick([None, "A", "B"]),
        load=tuple(chance.integer(0, 6) for _ in range(dimensions)),
        release_s=chance.integer(0, 600) if features.releases and chance.often(20) else None,
        due_s=due_s,
        late_cost_per_s=3 if due_s is not None else 0,
        unserved_price=chance.pick([None, 0, 300, 1500, 100_000]),
        skills=frozenset({"lift"}) if chance.often(15) else frozenset(),
        allowed_vehicles=(
            frozenset(v for v in everyone if chance.often(60)) if chance.often(15) else None
        ),
        excluded_vehicles=frozenset(v for v in everyone if chance.often(8)),
        zone=chance.pick([None, 0, 1]),
        previous_vehicle=chance.integer(0, fleet - 1) if chance.often(25) else None,
        previous_start_s=chance.integer(0, DAY_S) if chance.often(25) else None,
    )


def _hub(chance: Chance, features: Features, index: int, locations: int, dimensions: int) -> Hub:
    return Hub(
        id=f"H{index}",
        location=chance.integer(0, locations - 1),
        windows=_windows(chance, features) if chance.often(40) else (),
        fixed_s=chance.integer(0, 60),
        unit_ms=(7000,) * dimensions if chance.often(40) else (),
    )


def _vehicle(
    chance: Chance,
    features: Features,
    index: int,
    locations: int,
    dimensions: int,
    hubs: int,
    profiles: int,
) -> Vehicle:
    available_s = chance.integer(0, 600)
    limits = features.limits

    def limit(low: int, high: int) -> int | None:
        return chance.integer(low, high) if limits and chance.often(20) else None

    return Vehicle(
        id=f"V{index}",
        vehicle_class=chance.integer(0, 1),
        profile=chance.integer(0, profiles - 1),
        start=chance.integer(0, locations - 1) if chance.often(85) else None,
        end=chance.integer(0, locations - 1) if chance.often(40) else None,
        available_s=available_s,
        shift_end_s=available_s + chance.integer(300, 2500) if chance.often(60) else None,
        capacity=tuple(chance.integer(3, 12) for _ in range(dimensions)),
        initial_load=tuple(chance.integer(0, 5) for _ in range(dimensions))
        if chance.often(25)
        else (),
        skills=frozenset({"lift"}) if chance.often(60) else frozenset(),
        hubs=tuple(hub for hub in range(hubs) if chance.often(70)),
        home_zones=chance.pick([None, frozenset({0})]),
        fixed_cost=chance.pick([0, 200]),
        cost_per_s=chance.pick([0, 1]),
        cost_per_drive_s=chance.pick([0, 1]),
        cost_per_m=chance.pick([0, 1]),
        rest=_rest(chance) if features.breaks and chance.often(35) else None,
        max_stops=limit(1, 4),
        max_distance_m=limit(200, 1500),
        max_drive_s=limit(200, 1500),
        max_duration_s=limit(300, 2000),
    )


def _rest(chance: Chance) -> Break:
    opens_s = chance.integer(200, 1200)
    window = TimeWindow(opens_s, opens_s + chance.integer(0, 500))
    return Break(window, chance.integer(0, 200))


def _commit(chance: Chance, vehicles: Sequence[Vehicle], stops: int) -> list[Vehicle]:
    """A prefix for some vehicles: at most two stops each, perhaps a hub or the break."""
    left = list(range(stops))
    result = []
    for vehicle in vehicles:
        committed: list[Visit] = []
        if chance.often(30):
            committed += [
                Visit.stop(left.pop(chance.integer(0, len(left) - 1)))
                for _ in range(min(len(left), chance.integer(1, 2)))
            ]
            if vehicle.hubs and chance.often(25):
                committed.append(Visit.hub(chance.pick(vehicle.hubs)))
            if vehicle.rest is not None and chance.often(25):
                committed.append(Visit.break_())
        result.append(replace(vehicle, committed=tuple(committed)))
    return result
