"""Types of the compiled kernel; see binding.cpp for shapes and ranges."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_Int64 = npt.NDArray[np.int64]
_Int32 = npt.NDArray[np.int32]

NEVER: int

class Travel:
    @staticmethod
    def dense(durations_s: _Int32, distances_m: _Int32, breakpoints_s: _Int64) -> Travel: ...
    @staticmethod
    def planar(
        xy_m: _Int64, detour_permille: int, speeds_mm_s: _Int64, breakpoints_s: _Int64
    ) -> Travel: ...

class Problem:
    @staticmethod
    def build(
        *,
        travel: Sequence[Travel],
        stops: _Int64,
        windows: _Int64,
        stop_windows: _Int64,
        service_s: _Int64,
        setup_s: _Int64,
        loads: _Int64,
        fit: _Int64,
        hubs: _Int64,
        hub_windows: _Int64,
        unit_ms: _Int64,
        vehicles: _Int64,
        capacities: _Int64,
        vehicle_hubs: _Int64,
        vehicle_hub_offsets: _Int64,
        committed: _Int64,
        committed_offsets: _Int64,
        prices: _Int64,
    ) -> Problem: ...
    def replay(
        self, vehicle: int, nodes: Sequence[int]
    ) -> tuple[bool, int, int, int, int, int, list[tuple[int, int]]]:
        """Validity, cost, leaving, end, seconds and metres driven, (start, end) of each visit."""

    def insertion_costs(self, vehicle: int, nodes: Sequence[int], stop: int) -> list[int | None]:
        """Added cost of the stop at each place of the route; None where it may not go."""

class NearestInsertion:
    def __init__(self, problem: Problem, routes: Sequence[Sequence[int]]) -> None: ...
    def find(self, stop: int, unfit: Sequence[int]) -> tuple[int, list[int]]:
        """Vehicle and whole route of the insertion that breaks least; -1 without vehicles."""

class Solver:
    def __init__(
        self,
        problem: Problem,
        *,
        seed: int,
        threads: int,
        iterations: int | None,
        seconds: float | None,
    ) -> None: ...
    def start(self, routes: Sequence[Sequence[int]]) -> None: ...
    def step(self, seconds: float) -> bool: ...
    def best_routes(self) -> list[list[int]]: ...
    @property
    def best_cost(self) -> int: ...
    @property
    def best_unserved(self) -> int: ...
    @property
    def iterations(self) -> int: ...
    @property
    def temperature(self) -> float: ...
    @property
    def elapsed_s(self) -> float: ...

_Lists = tuple[Sequence[int], Sequence[int], Sequence[int]]
_Routes = list[tuple[int, list[int]]]

def place_dense(
    travel: Travel, at: int, to_s: _Int32, to_m: _Int32, from_s: _Int32, from_m: _Int32
) -> None: ...
def place_planar(travel: Travel, at: int, count: int, x_m: int, y_m: int) -> None: ...

class Probe:
    """The drives of a stop asked about, kept outside the matrices but for those looked at."""

    def __init__(self, travel: Sequence[Travel]) -> None: ...
    @property
    def location(self) -> int: ...
    def forget(self) -> None: ...
    def set_rows(
        self,
        profile: int,
        count: int,
        to_s: object,
        to_m: object,
        from_s: object,
        from_m: object,
    ) -> bool:
        """False, with nothing taken, where these are not 32-bit arrays of the right shape."""

    def set_point(self, profile: int, count: int, x_m: int, y_m: int) -> None: ...

class Session:
    def __init__(self, problem: Problem) -> None: ...
    def add_stop(
        self, row: Sequence[int], windows: Sequence[tuple[int, int]], lists: _Lists
    ) -> int: ...
    def change_stop(
        self, stop: int, row: Sequence[int], windows: Sequence[tuple[int, int]], lists: _Lists
    ) -> None: ...
    def remove_stop(self, stop: int) -> None: ...
    def set_vehicle(
        self,
        vehicle: int,
        row: Sequence[int],
        capacity: Sequence[int],
        initial_load: Sequence[int],
        hubs: Sequence[int],
        committed: Sequence[int],
    ) -> None: ...
    def add_vehicle(
        self,
        row: Sequence[int],
        capacity: Sequence[int],
        initial_load: Sequence[int],
        hubs: Sequence[int],
        fits: Sequence[int],
    ) -> int: ...
    def add_fit(self, row: Sequence[int]) -> int: ...
    def set_fits(self, rows: Sequence[int]) -> None: ...
    def set_prices(self, vehicle_change: int, time_change: int, time_tolerance_s: int) -> None: ...
    def tell(self, told: Sequence[tuple[int, int, int]]) -> None:
        """Stop, vehicle or -1, start or NEVER in the previous plan."""

    def is_valid(self, vehicle: int, nodes: Sequence[int]) -> bool: ...
    def schedule(self) -> list[tuple[int, int, list[tuple[int, int, int, int]]]]:
        """By vehicle: leaving, end, and node, arrival, start and end of each visit."""

    def set_routes(self, routes: _Routes) -> None: ...
    def settle(self) -> None: ...
    def place_absent(self) -> None: ...
    def begin_search(
        self, *, seed: int, threads: int, iterations: int | None, seconds: float | None, heat: float
    ) -> None: ...
    def step(self, seconds: float) -> bool: ...
    def ask(
        self,
        row: Sequence[int],
        windows: Sequence[tuple[int, int]],
        lists: _Lists,
        tries: int,
        seed: int,
        probe: Probe | None,
    ) -> list[tuple[bool, bool, int, int, int, _Routes]]:
        """Found, repaired, added cost, vehicle, start and changed routes, window by window."""

    def routes(self) -> list[list[int]]: ...
    def absent(self) -> list[int]: ...
    def done(
        self, vehicle: int, visits: int
    ) -> tuple[int, int, int, int, int, int, int, list[int]]:
        """Place, leaving, end, break, driving, metres, stops and load after the first visits."""

    def leaves_s(self, vehicle: int) -> int: ...
    @property
    def cost(self) -> int: ...
    @property
    def iterations(self) -> int: ...
    @property
    def temperature(self) -> float: ...
