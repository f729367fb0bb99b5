"""Small problems drawn at random, with every feature of the model now and then."""

from dataclasses import replace
from random import Random

import numpy as np

from solvers.model import (
    Break,
    Hub,
    Prices,
    Problem,
    Stop,
    TimeWindow,
    Vehicle,
    Visit,
)
from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel, Travel

HORIZON_S = 2000
CLASSES = ("ebike", "van")
SKILLS = ("bulky", "cold")
_STARTS_AT_DAY = (0, 300, 800, 1500)


def draw_problem(rng: Random, *, stops: int | None = None, vehicles: int | None = None) -> Problem:
    """A problem of a few stops; each feature is in it with some chance."""
    stop_count = rng.randint(1, 8) if stops is None else stops
    vehicle_count = rng.randint(1, 3) if vehicles is None else vehicles
    hub_count = rng.choice((0, 0, 1, 2))
    dimensions = ("weight_g", "volume_ml")[: rng.choice((0, 1, 2))]
    locations = rng.randint(stop_count, stop_count + 4)
    rich = rng.random()  # how crowded with features this problem is
    hubs = tuple(_draw_hub(rng, index, locations, dimensions) for index in range(hub_count))
    fleet = [
        _draw_vehicle(rng, rich, index, locations, dimensions, hub_count)
        for index in range(vehicle_count)
    ]
    drawn = [
        _draw_stop(rng, rich, index, locations, dimensions, vehicle_count)
        for index in range(stop_count)
    ]
    if rng.random() < 0.3:
        fleet = _commit(rng, fleet, drawn, hub_count)
    return Problem(
        stops=tuple(drawn),
        vehicles=tuple(fleet),
        travel=tuple(_draw_travel(rng, locations) for _ in range(2)),
        hubs=hubs,
        dimensions=dimensions,
        vehicle_classes=CLASSES,
        prices=Prices(
            outside_home_zone=rng.choice((0, 70)),
            vehicle_change=rng.choice((0, 90)),
            time_change=rng.choice((0, 0, 110)),
            time_tolerance_s=rng.choice((0, 60)),
        ),
    )


def draw_route(rng: Random, problem: Problem, vehicle: int) -> list[Visit]:
    """Any route of the vehicle behind its committed prefix; it need keep no other rule."""
    owner = problem.vehicles[vehicle]
    route = list(owner.committed)
    taken = {visit.index for other in problem.vehicles for visit in other.committed}
    free = [index for index in range(len(problem.stops)) if index not in taken]
    route += [Visit.stop(index) for index in rng.sample(free, rng.randint(0, len(free)))]
    fixed = len(owner.committed)
    for hub in owner.hubs:
        if rng.random() < 0.5:
            route.insert(rng.randint(fixed, len(route)), Visit.hub(hub))
    if owner.rest is not None and Visit.break_() not in route and rng.random() < 0.6:
        route.insert(rng.randint(fixed, len(route)), Visit.break_())
    return route


def _draw_travel(rng: Random, locations: int) -> Travel:
    breakpoints = (0,) if rng.random() < 0.6 else _STARTS_AT_DAY
    if rng.random() < 0.3:
        points = [[rng.randint(0, 400), rng.randint(0, 400)] for _ in range(locations)]
        speeds = [rng.randint(2500, 6000) for _ in breakpoints]
        return PlanarTravel(
            np.array(points), detour_permille=1300, speeds_mm_s=speeds, breakpoints_s=breakpoints
        )
    shape = (len(breakpoints), locations, locations)
    cells = rng.choices(range(5, 200), k=int(np.prod(shape)))
    durations = np.array(cells, dtype=np.int64).reshape(shape)
    distances = durations[:1] * 3 if rng.random() < 0.5 else durations * 3
    if rng.random() < 0.2:
        for _ in range(2):
            where = (rng.randrange(shape[0]), rng.randrange(locations), rng.randrange(locations))
            durations[where] = UNREACHABLE
    return MatrixTravel(durations, np.minimum(distances, UNREACHABLE), breakpoints)


def _draw_windows(rng: Random) -> tuple[TimeWindow, ...]:
    count = rng.choice((0, 1, 1, 1, 2))
    ends = sorted(rng.sample(range(HORIZON_S), 2 * count))
    return tuple(TimeWindow(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True))


def _draw_hub(rng: Random, index: int, locations: int, dimensions: tuple[str, ...]) -> Hub:
    return Hub(
        id=f"H{index}",
        location=rng.randrange(locations),
        windows=_draw_windows(rng) if rng.random() < 0.3 else (),
        fixed_s=rng.choice((0, 40)),
        unit_ms=tuple(rng.choice((0, 900)) for _ in dimensions),
    )


def _draw_stop(
    rng: Random,
    rich: float,
    index: int,
    locations: int,
    dimensions: tuple[str, ...],
    vehicles: int,
) -> Stop:
    def some(chance: float = 0.5) -> bool:
        return rng.random() < rich * chance

    windows = _draw_windows(rng)
    close = windows[-1].end_s if windows else HORIZON_S
    due = rng.randint(0, close) if some() else None
    others = frozenset(v for v in range(vehicles) if rng.random() < 0.6) or frozenset({0})
    return Stop(
        id=f"S{index}",
        location=rng.randrange(locations),
        windows=windows,
        service_s=(rng.randint(0, 90), rng.randint(0, 60)),
        setup_s=(30, 50) if some() else (),
        address=rng.choice("ab") if some(0.8) else None,
        load=tuple(rng.randint(0, 5) for _ in dimensions),
        release_s=rng.randint(0, 600) if some(0.4) else None,
        due_s=due,
        late_cost_per_s=rng.choice((1, 7)) if due is not None else 0,
        unserved_price=rng.choice((0, 300, 3000, 30000)) if rng.random() < 0.8 else None,
        skills=frozenset(rng.sample(SKILLS, 1)) if some(0.4) else frozenset(),
        allowed_vehicles=others if some(0.3) else None,
        excluded_vehicles=frozenset({rng.randrange(vehicles)}) if some(0.2) else frozenset(),
        zone=rng.choice((0, 1)) if some() else None,
        previous_vehicle=rng.randrange(vehicles) if some() else None,
        previous_start_s=rng.randint(0, HORIZON_S) if some() else None,
    )


def _draw_vehicle(
    rng: Random,
    rich: float,
    index: int,
    locations: int,
    dimensions: tuple[str, ...],
    hubs: int,
) -> Vehicle:
    def some(chance: float = 0.5) -> bool:
        return rng.random() < rich * chance

    available = rng.choice((0, 0, 200))
    rest_start = rng.randint(100, 900)
    return Vehicle(
        id=f"V{index}",
        vehicle_class=rng.randrange(2),
        profile=rng.randrange(2),
        start=None if some(0.3) else rng.randrange(locations),
        end=rng.randrange(locations) if rng.random() < 0.5 else None,
        available_s=available,
        shift_end_s=rng.randint(available + 300, HORIZON_S) if rng.random() < 0.5 else None,
        capacity=tuple(rng.randint(4, 14) for _ in dimensions),
        initial_load=tuple(rng.randint(0, 6) for _ in dimensions) if some(0.3) else (),
        skills=frozenset(rng.sample(SKILLS, rng.randint(0, 2))),
        hubs=tuple(rng.sample(range(hubs), rng.randint(0, hubs))),
        home_zones=frozenset({rng.randrange(2)}) if some() else None,
        fixed_cost=rng.choice((0, 150)),
        cost_per_s=rng.choice((0, 1)),
        cost_per_drive_s=rng.choice((0, 2)),
        cost_per_m=rng.choice((0, 1)),
        rest=Break(TimeWindow(rest_start, rest_start + rng.randint(0, 400)), rng.randint(30, 200))
        if some()
        else None,
        max_stops=rng.randint(1, 5) if some(0.2) else None,
        max_distance_m=rng.randint(300, 3000) if some(0.2) else None,
        max_drive_s=rng.randint(100, 900) if some(0.2) else None,
        max_duration_s=rng.randint(200, 1500) if some(0.3) else None,
    )


def _commit(rng: Random, fleet: list[Vehicle], stops: list[Stop], hubs: int) -> list[Vehicle]:
    """Commits one vehicle to a stop or two, now and then to a hub or its break as well."""
    index = rng.randrange(len(fleet))
    chosen = rng.sample(range(len(stops)), min(len(stops), rng.randint(1, 2)))
    committed = [Visit.stop(stop) for stop in chosen]
    if hubs and rng.random() < 0.3:
        committed.append(Visit.hub(rng.randrange(hubs)))
    if fleet[index].rest is not None and rng.random() < 0.3:
        committed.insert(rng.randint(1, len(committed)), Visit.break_())
    fleet[index] = replace(fleet[index], committed=tuple(committed))
    return fleet
