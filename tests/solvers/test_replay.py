"""Times follow from the order of visits by the pinned rules; each case is worked out by hand."""

import numpy as np
import pytest

from solvers.model import Hub
from solvers.replay import replay
from solvers.travel import MatrixTravel
from tests.solvers.builders import problem, rest, stop, vehicle, visits, window


def test_leaves_as_late_as_still_reaches_the_first_stop_at_its_start_of_service():
    made = problem([0, 100], [stop(1, windows=(window(500, 900),))], [vehicle()])
    schedule = replay(made, 0, visits(0))
    assert (schedule.depart_s, schedule.visits[0].arrival_s) == (400, 500)
    assert (schedule.end_s, schedule.paid_s) == (510, 110)


def test_does_not_leave_before_it_is_available():
    made = problem([0, 100], [stop(1, windows=(window(0, 900),))], [vehicle(available_s=300)])
    schedule = replay(made, 0, visits(0))
    assert (schedule.depart_s, schedule.visits[0].start_s) == (300, 400)


def test_waits_at_the_stop_not_before_it():
    stops = [stop(1), stop(2, windows=(window(1000, 1200),))]
    schedule = replay(problem([0, 100, 150], stops, [vehicle()]), 0, visits(0, 1))
    second = schedule.visits[1]
    assert (second.arrival_s, second.start_s) == (160, 1000)
    assert schedule.paid_s == 1010


def test_second_window_is_taken_when_the_first_has_closed():
    stops = [stop(1, windows=(window(0, 50), window(300, 400)))]
    schedule = replay(problem([0, 100], stops, [vehicle()]), 0, visits(0))
    assert schedule.visits[0].start_s == 300


def test_closed_end_is_driven_to_and_open_end_is_not():
    stops = [stop(1)]
    home = replay(problem([0, 100], stops, [vehicle(end=0)]), 0, visits(0))
    stays = replay(problem([0, 100], stops, [vehicle()]), 0, visits(0))
    assert (home.end_s, home.distance_m) == (210, 200)
    assert (stays.end_s, stays.distance_m) == (110, 100)


def test_without_a_start_place_the_route_begins_at_the_first_visit():
    made = problem([0, 100], [stop(1, windows=(window(50, 60),))], [vehicle(start=None)])
    schedule = replay(made, 0, visits(0))
    assert (schedule.depart_s, schedule.distance_m, schedule.paid_s) == (50, 0, 10)


def test_unloading_takes_fixed_time_plus_time_per_unit_and_empties_the_vehicle():
    stops = [stop(1, load=(3,)), stop(2, load=(4,))]
    hub = Hub(id="H", location=0, fixed_s=60, unit_ms=(1500,))
    made = problem(
        [0, 100, 200],
        stops,
        [vehicle(capacity=(5,), initial_load=(1,), hubs=(0,))],
        [hub],
        dimensions=("pieces",),
    )
    schedule = replay(made, 0, visits(0, "H0", 1))
    at_hub = schedule.visits[1]
    assert schedule.visits[0].load == (4,)
    assert (at_hub.start_s, at_hub.end_s) == (210, 276)
    assert schedule.visits[2].load == (4,)


def test_hub_hours_are_waited_for():
    hub = Hub(id="H", location=0, windows=(window(1000, 2000),))
    made = problem([0, 100], [stop(1)], [vehicle(hubs=(0,))], [hub])
    assert replay(made, 0, visits(0, "H0")).visits[1].start_s == 1000


def test_setup_is_paid_once_per_run_of_stops_at_one_address():
    stops = [
        stop(1, id="a", setup_s=(30,), address="door"),
        stop(1, id="b", setup_s=(30,), address="door"),
        stop(2, id="c", setup_s=(30,), address="other"),
        stop(1, id="d", setup_s=(30,), address="door"),
    ]
    schedule = replay(problem([0, 100, 200], stops, [vehicle()]), 0, visits(0, 1, 2, 3))
    spent = [times.end_s - times.start_s for times in schedule.visits]
    assert spent == [40, 10, 40, 40]


def test_stops_without_an_address_share_nothing():
    stops = [stop(1, id="a", setup_s=(30,)), stop(1, id="b", setup_s=(30,))]
    schedule = replay(problem([0, 100], stops, [vehicle()]), 0, visits(0, 1))
    assert [times.end_s - times.start_s for times in schedule.visits] == [40, 40]


def test_service_depends_on_the_vehicle_class():
    made = problem(
        [0, 100],
        [stop(1, service_s=(10, 99))],
        [vehicle(vehicle_class=1)],
        vehicle_classes=("ebike", "van"),
    )
    assert replay(made, 0, visits(0)).end_s == 199


@pytest.mark.parametrize(
    ("rest_window", "expected_start", "expected_break"),
    [
        pytest.param((0, 500), 260, 110, id="at once, then the drive"),
        pytest.param((150, 500), 260, 150, id="in the middle of the drive"),
        pytest.param((230, 500), 280, 230, id="in the wait after the drive"),
    ],
)
def test_break_interrupts_the_drive_or_the_wait(rest_window, expected_start, expected_break):
    stops = [stop(1), stop(2, windows=(window(240, 900),))]
    made = problem([0, 100, 200], stops, [vehicle(rest=rest(*rest_window, 50))])
    schedule = replay(made, 0, visits(0, "B", 1))
    assert schedule.visits[1].start_s == expected_break
    assert schedule.visits[2].start_s == expected_start
    assert schedule.paid_s == expected_start + 10 - 50


def test_break_before_the_first_stop_delays_it_and_is_not_paid():
    made = problem([0, 100], [stop(1)], [vehicle(rest=rest(20, 60, 40))])
    schedule = replay(made, 0, visits("B", 0))
    assert (schedule.depart_s, schedule.visits[1].start_s) == (0, 140)
    assert schedule.paid_s == 110


def test_break_on_the_way_to_the_end_place():
    made = problem([0, 100], [stop(1)], [vehicle(end=0, rest=rest(150, 400, 40))])
    schedule = replay(made, 0, visits(0, "B"))
    assert (schedule.end_s, schedule.paid_s) == (250, 210)


def test_trip_waits_at_the_hub_for_what_it_serves():
    stops = [stop(1), stop(2, release_s=700)]
    hub = Hub(id="H", location=0, fixed_s=5)
    made = problem([0, 100, 200], stops, [vehicle(hubs=(0,))], [hub])
    schedule = replay(made, 0, visits(0, "H0", 1))
    at_hub = schedule.visits[1]
    assert (at_hub.end_s, at_hub.depart_s) == (215, 700)
    assert schedule.visits[2].arrival_s == 900


def test_first_trip_waits_at_the_start_for_the_latest_release_it_holds():
    stops = [stop(1), stop(2, release_s=700)]
    schedule = replay(problem([0, 100, 200], stops, [vehicle()]), 0, visits(0, 1))
    assert (schedule.depart_s, schedule.visits[0].arrival_s) == (700, 800)


def test_travel_by_departure_time_is_linear_and_rounded_down():
    slow, fast = np.array([[0, 301], [301, 0]]), np.array([[0, 100], [100, 0]])
    travel = MatrixTravel(np.stack([slow, fast]), fast, (0, 1000))
    made = problem([], [stop(1)], [vehicle(available_s=100)], travel=(travel,))
    first = replay(made, 0, visits(0)).visits[0]
    assert first.drive_s == 280  # 301 - 201 * 100 / 1000 = 280.9


def test_latest_departure_with_travel_by_departure_time_still_arrives_in_time():
    slow, fast = np.array([[0, 300], [300, 0]]), np.array([[0, 100], [100, 0]])
    travel = MatrixTravel(np.stack([slow, fast]), fast, (0, 1000))
    stops = [stop(1, windows=(window(900, 2000),))]
    schedule = replay(problem([], stops, [vehicle()], travel=(travel,)), 0, visits(0))
    leave = schedule.depart_s
    assert leave + travel.duration_s(0, 1, leave) <= 900
    assert leave + 1 + travel.duration_s(0, 1, leave + 1) > 900


def test_unused_vehicle_costs_no_time():
    schedule = replay(problem([0, 100], [stop(1)], [vehicle(end=1)]), 0, ())
    assert (schedule.paid_s, schedule.distance_m) == (0, 0)
