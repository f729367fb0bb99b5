"""What the OR-Tools engine makes of a plan it is given to begin with."""

import numpy as np
import pytest

from solvers.engines.ortools.model import RoutingModel
from solvers.engines.ortools.network import build_network
from solvers.engines.ortools.search import parameters
from solvers.engines.ortools.warm_start import warm_routes
from solvers.engines.protocol import Limits
from solvers.model import Visit
from solvers.solution import Route, Solution
from solvers.travel import MatrixTravel
from tests.solvers.builders import problem, rest, solution, stop, vehicle, visits, window
from tests.solvers.engines.ortools_solving import sequence, solved


def test_a_warm_route_that_only_the_safe_numbers_have_no_room_for_is_put_back():
    at_one_door = {"address": "A", "setup_s": (50,), "service_s": (10,)}
    first, second = {"allowed_vehicles": frozenset({0})}, {"allowed_vehicles": frozenset({1})}
    made = problem(
        [0, 10, 10, 20, 30, 60],
        [
            stop(1, **at_one_door, **first),
            stop(2, **at_one_door, **first),
            stop(3, **first, unserved_price=1000),
            stop(4, **second),
            stop(5, **second),
        ],
        [vehicle(id="V1", shift_end_s=95), vehicle(id="V2")],
    )
    plan, _ = solved(made, warm_start=solution([0, 1], [4, 3]))
    assert set(sequence(plan, 0)) == set(visits(0, 1))
    assert sequence(plan, 1) == visits(3, 4)


def test_slow_hours_in_which_nobody_drives_on_time_do_not_count():
    quick = np.abs(np.subtract.outer([0, 100, 200], [0, 100, 200]))
    travel = MatrixTravel(
        np.stack([quick, quick, 10 * quick]), np.stack([quick] * 3), (0, 900, 5000)
    )
    soon = {"windows": (window(0, 9000),), "due_s": 400, "late_cost_per_s": 1}
    made = problem(
        [0, 100, 200], [stop(1, **soon), stop(2, **soon)], [vehicle(shift_end_s=600)],
        travel=(travel,),
    )  # fmt: skip
    routing = build_network(made)
    assert warm_routes(routing, {0: visits(0, 1)}) == [[0, 1]]


def test_a_route_without_room_for_its_break_does_not_spoil_the_warm_start():
    made = problem(
        [0, 100, 200, 10, 20],
        [
            stop(1, windows=(window(100, 100),)),
            stop(2, windows=(window(210, 220),)),
            stop(3),
            stop(4),
        ],
        [vehicle(id="A", rest=rest(120, 150, 60)), vehicle(id="B", rest=rest(50, 90, 20))],
    )
    network = build_network(made)
    routes = warm_routes(network, {0: visits(0, 1), 1: visits(2, 3)})
    assert routes == [[0], [2, 3]]
    model = RoutingModel(network)
    model.routing.CloseModelWithParameters(parameters())
    assert model.assignment(routes) is not None


def test_a_warm_start_is_not_made_worse():
    made = problem([0, 10, 20, 30], [stop(1), stop(2), stop(3)], [vehicle()])
    plan, _ = solved(made, warm_start=solution([0, 1, 2]), limits=Limits(iterations=0))
    assert plan == solution([0, 1, 2])


@pytest.mark.parametrize(
    "warm",
    [
        Solution((Route(0, visits(0, 0, 9)), Route(0, visits(1)), Route(7, visits(1)))),
        Solution((Route(0, (Visit.hub(3), Visit.break_(), *visits(1))),)),
        Solution((Route(1, visits(1, 0)),)),
        Solution(),
    ],
    ids=["unknown and twice", "hubs and breaks that are not", "too late", "empty"],
)
def test_a_broken_or_partial_warm_start_is_used_as_far_as_it_goes(warm):
    made = problem(
        [0, 10, 100],
        [stop(1, windows=(window(0, 30),)), stop(2)],
        [vehicle(id="A"), vehicle(id="B")],
    )
    _, report = solved(made, warm_start=warm)
    assert report.unserved == ()
