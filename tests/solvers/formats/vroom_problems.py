"""VROOM problems written by hand, and drawn ones."""

import json
import random
from typing import Any

from solvers.engines.protocol import Limits
from solvers.engines.registry import get_engine
from solvers.formats.vroom.case import VroomCase
from solvers.formats.vroom.reading import read_vroom
from solvers.model import Visit
from solvers.solution import Route, Solution
from solvers.solving import Solved, solve

Json = dict[str, Any]

DURATIONS = [[0, 10, 20, 30], [10, 0, 15, 25], [20, 15, 0, 12], [30, 25, 12, 0]]


def problem(*, vehicle: Json | None = None, jobs: list[Json] | None = None, **top: Any) -> Json:
    """One vehicle from place 0 and back, jobs 11 and 12 at places 1 and 2."""
    return {
        "vehicles": [{"id": 7, "start_index": 0, "end_index": 0} | (vehicle or {})],
        "jobs": jobs or [{"id": 11, "location_index": 1}, {"id": 12, "location_index": 2}],
        "matrices": {"car": {"durations": DURATIONS}},
    } | top


def case(data: Json) -> VroomCase:
    """The problem read."""
    return read_vroom(json.dumps(data))


def route(*jobs: int, vehicle: int = 0) -> Solution:
    """One route of stops by index."""
    return Solution((Route(vehicle, tuple(Visit.stop(job) for job in jobs)),))


def solved(read: VroomCase) -> Solved:
    """A plan by few steps of search."""
    return solve(read.problem, get_engine("ortools"), limits=Limits(iterations=15, seconds=0.5))


def drawn(seed: int) -> Json:
    """A problem with many features; all vehicles have hours and drive at normal speed."""
    rng = random.Random(seed)
    count = rng.randint(3, 9)
    places = [(rng.randint(0, 600), rng.randint(0, 600)) for _ in range(count + 2)]
    durations = [
        [abs(a[0] - b[0]) + abs(a[1] - b[1]) + rng.randint(0, 5) * (a != b) for b in places]
        for a in places
    ]
    matrices: Json = {
        "durations": durations,
        "distances": [[9 * value for value in row] for row in durations],
    }
    with_costs = rng.random() < 0.2
    if with_costs:
        matrices["costs"] = [[3 * value + 1 for value in row] for row in durations]
    dimensions = rng.choice((0, 1, 2))
    vehicles = [
        _vehicle(rng, number, dimensions, with_costs) for number in range(rng.randint(1, 3))
    ]
    way = rng.choice(("pickup", "delivery"))
    jobs = [_job(rng, number, len(places), dimensions, way) for number in range(count)]
    return {"vehicles": vehicles, "jobs": jobs, "matrices": {"car": matrices}}


def _vehicle(rng: random.Random, number: int, dimensions: int, with_costs: bool) -> Json:
    vehicle: Json = {"id": 10 + number, "time_window": [rng.randint(0, 500), 9000]}
    ends = rng.choice((("start_index",), ("end_index",), ("start_index", "end_index")))
    vehicle |= {key: int(key == "end_index") for key in ends}
    if dimensions:
        vehicle["capacity"] = [rng.randint(3, 9) for _ in range(dimensions)]
    if rng.random() < 0.5:
        opens, closes = sorted((rng.randint(600, 2500), rng.randint(600, 2500)))
        length = rng.choice((0, 100, 300))
        vehicle["breaks"] = [{"id": 1, "service": length, "time_windows": [[opens, closes]]}]
    if not with_costs and rng.random() < 0.5:
        vehicle["costs"] = {
            "fixed": rng.randint(0, 500),
            "per_hour": rng.choice((3600, 1800, 777)),
            "per_km": rng.choice((0, 100, 333)),
        }
        vehicle["max_distance"] = rng.randint(8000, 30000)
    optional = {
        "max_tasks": rng.randint(1, 4),
        "max_travel_time": rng.randint(800, 3000),
        "skills": [rng.randint(0, 2)],
        "type": rng.choice("ab"),
    }
    return vehicle | {key: value for key, value in optional.items() if rng.random() < 0.3}


def _job(rng: random.Random, number: int, places: int, dimensions: int, way: str) -> Json:
    job: Json = {
        "id": number,
        "location_index": rng.randrange(1, places),
        "service": rng.randint(0, 300),
        "setup": rng.choice((0, 60)),
    }
    if dimensions:
        job[way] = [rng.randint(0, 3) for _ in range(dimensions)]
    if rng.random() < 0.5:
        opens = rng.randint(0, 4000)
        job["time_windows"] = [[opens, opens + rng.randint(100, 2000)]]
        if rng.random() < 0.3:
            job["time_windows"].append([opens + 3000, opens + 4000])
    optional = {
        "priority": rng.randint(0, 100),
        "skills": [rng.randint(0, 2)],
        "service_per_type": {"a": 50},
        "setup_per_type": {"b": 33},
    }
    return job | {key: value for key, value in optional.items() if rng.random() < 0.3}
