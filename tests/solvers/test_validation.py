"""Every code of the index is met by a problem that breaks just that rule."""

import re
from pathlib import Path

import numpy as np
import pytest

from solvers.errors import InvalidProblemError
from solvers.model import Break, Hub, Prices, TimeWindow, Visit
from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel
from solvers.validation.codes import CODES
from tests.solvers.builders import problem, rest, stop, vehicle, visits, window

FALLING = np.array([[[0, 900], [900, 0]], [[0, 100], [100, 0]]])

BROKEN = {
    "not-an-integer": lambda: problem([0, 1], [stop(1, load=(1.5,))], [], dimensions=("g",)),
    "negative": lambda: problem([0, 1], [stop(1, service_s=(-1,))], []),
    "id-empty": lambda: problem([0, 1], [stop(1, id="")], []),
    "id-twice": lambda: problem([0, 1], [stop(1, id="a"), stop(1, id="a")], []),
    "no-travel": lambda: problem([], [], [vehicle(start=None)], travel=()),
    "travel-sizes": lambda: problem(
        [],
        [],
        [],
        travel=tuple(MatrixTravel(np.zeros((n, n), int), np.zeros((n, n), int)) for n in (1, 2)),
    ),
    "travel-slope": lambda: problem(
        [], [], [], travel=(MatrixTravel(FALLING, FALLING[0], (0, 100)),)
    ),
    "location-range": lambda: problem([0, 1], [stop(2)], []),
    "window-reversed": lambda: problem([0, 1], [stop(1, windows=(window(5, 4),))], []),
    "windows-order": lambda: problem([0, 1], [stop(1, windows=(window(0, 5), window(5, 9)))], []),
    "per-class-length": lambda: problem([0, 1], [stop(1, service_s=(1, 2))], []),
    "per-dimension-length": lambda: problem([0, 1], [stop(1, load=(1,))], []),
    "due-after-close": lambda: problem([0, 1], [stop(1, windows=(window(0, 5),), due_s=6)], []),
    "due-missing": lambda: problem([0, 1], [stop(1, late_cost_per_s=3)], []),
    "vehicle-range": lambda: problem([0, 1], [stop(1, excluded_vehicles=frozenset({0}))], []),
    "hub-range": lambda: problem([0], [], [vehicle(hubs=(0,))]),
    "hub-twice": lambda: problem([0], [], [vehicle(hubs=(0, 0))], [Hub(id="H", location=0)]),
    "stop-range": lambda: problem([0], [], [vehicle(committed=visits(3))]),
    "class-range": lambda: problem([0], [], [vehicle(vehicle_class=1)]),
    "profile-range": lambda: problem([0], [], [vehicle(profile=1)]),
    "shift-reversed": lambda: problem([0], [], [vehicle(available_s=9, shift_end_s=8)]),
    "committed-twice": lambda: problem(
        [0, 1],
        [stop(1)],
        [vehicle(id="a", committed=visits(0)), vehicle(id="b", committed=visits(0))],
    ),
    "committed-break": lambda: problem([0], [], [vehicle(committed=visits("B"))]),
    "time-range": lambda: problem([0, 1], [stop(1, windows=(window(0, 2**50),))], []),
    "cost-overflow": lambda: problem([0, 1], [stop(1, unserved_price=2**40)], []).replace(
        stops=tuple(stop(1, id=str(i), unserved_price=2**40) for i in range(2)),
        prices=Prices(outside_home_zone=2**40),
        vehicles=(vehicle(cost_per_s=2**40, available_s=2**30),),
    ),
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_broken_rule_is_reported_by_its_code(code):
    with pytest.raises(InvalidProblemError) as caught:
        BROKEN[code]()
    assert [issue.code for issue in caught.value.issues] == [code]


def test_every_code_stands_on_the_page_of_problem_errors():
    page = Path(__file__).parents[2] / "docs" / "problem-errors.md"
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", page.read_text("utf-8"), re.MULTILINE))
    assert listed == set(CODES)


def test_all_broken_rules_are_reported_at_once_with_the_ids():
    with pytest.raises(InvalidProblemError) as caught:
        problem(
            [0, 1],
            [stop(7, id="far"), stop(1, id="tight", windows=(window(9, 1),))],
            [vehicle(id="bike", profile=3)],
        )
    text = str(caught.value)
    assert "stop 'far'" in text
    assert "stop 'tight'" in text
    assert "vehicle 'bike'" in text


def test_ten_thousand_errors_show_twenty_and_count_the_rest():
    stops = [stop(5, id=str(index)) for index in range(10_000)]
    with pytest.raises(InvalidProblemError) as caught:
        problem([0, 1], stops, [])
    assert len(caught.value.issues) == 10_000
    assert str(caught.value).endswith("... and 9980 more")


@pytest.mark.parametrize("value", [True, 1.0, float("nan"), np.int64(1), "1"])
def test_only_python_ints_are_quantities(value):
    with pytest.raises(InvalidProblemError, match="not-an-integer"):
        problem([0, 1], [stop(1, due_s=value)], [])


def test_numbers_inside_breaks_and_windows_are_judged_too():
    with pytest.raises(InvalidProblemError, match=r"rest\.duration_s is -5"):
        problem([0], [], [vehicle(rest=Break(TimeWindow(0, 10), -5))])


def test_replace_checks_again_and_leaves_the_original_alone():
    made = problem([0, 1], [stop(1)], [vehicle()])
    with pytest.raises(InvalidProblemError, match="location-range"):
        made.replace(stops=(stop(9),))
    assert made.stops[0].location == 1


def test_replace_refuses_what_a_problem_does_not_have():
    with pytest.raises(TypeError, match="no attribute vehicels"):
        problem([0], [], []).replace(vehicels=())


def test_planar_slope_is_judged_for_the_longest_way():
    travel = PlanarTravel(
        [[0, 0], [60_000, 0]], detour_permille=1000, speeds_mm_s=(2000, 6000), breakpoints_s=(0, 60)
    )
    with pytest.raises(InvalidProblemError, match="travel-slope"):
        problem([], [], [], travel=(travel,))


def test_an_unreachable_arc_has_no_slope():
    blocked = FALLING.copy()
    blocked[0, 0, 1] = blocked[0, 1, 0] = UNREACHABLE
    travel = MatrixTravel(blocked, FALLING[0], (0, 100))
    assert problem([], [], [], travel=(travel,)).travel[0].has_unreachable


def test_committed_visits_may_hold_hubs_and_the_break():
    made = problem(
        [0, 1],
        [stop(1)],
        [vehicle(rest=rest(0, 9, 1), hubs=(0,), committed=(Visit.hub(0), *visits("B", 0)))],
        [Hub(id="H", location=0)],
    )
    assert len(made.vehicles[0].committed) == 3
