"""A session stays right whatever happens to it; the checker and brute force are the judges."""

import random
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.checker import check
from solvers.engines.native.live_travel import PlanarPoint, TravelRows
from solvers.engines.native.session import Session
from solvers.engines.protocol import Limits
from solvers.errors import InvalidProblemError
from solvers.model import Problem, Stop, TimeWindow, Vehicle, Visit
from solvers.solution import Route, Solution
from solvers.travel import PlanarTravel
from tests.solvers.builders import problem, rest, solution, stop, vehicle, window
from tests.solvers.drawn import ALL_FEATURES, Drawn, Seeded, make_case, seeded_case
from tests.solvers.engines.native.session_driver import Driver
from tests.solvers.engines.native.sessions import expected_quote, judge

# Any change at all is answered by the same three questions.
_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def _ask_and_compare(driver: Driver) -> None:
    """A query answers as brute force does and leaves the session as it was."""
    session, chance = driver.session, driver.chance
    candidate = replace(driver.candidate(), due_s=None, late_cost_per_s=0)
    opens_s = chance.integer(0, 1500)
    asked = TimeWindow(opens_s, opens_s + chance.integer(0, 600))
    before = (session.snapshot(), session.cost, session.revision)
    (quote,) = session.quote(candidate, [asked])
    fits, least = expected_quote(*before[0], candidate, asked)
    assert quote.fits == fits
    if least is not None:
        assert quote.added_cost >= least
        plain = all(not v.hubs and v.rest is None for v in session.problem().vehicles)
        assert not plain or quote.added_cost == least
    else:
        (quote,) = session.quote(candidate, [asked], repair=10)
    assert (session.snapshot(), session.cost, session.revision) == before
    if quote.fits and chance.often(40):
        _book(session, replace(candidate, windows=(asked,)), quote)


def _book(session: Session, booked: Stop, quote: object) -> None:
    """The stop comes where the quote said, at the cost it said, and no promise suffers."""
    late = _promised_lateness(session)
    cost = session.cost
    session.add(booked, quote=quote)  # type: ignore[arg-type]
    judge(session)
    after, plan = session.snapshot()
    index = [one.id for one in after.stops].index(booked.id)
    assert session.cost - cost == quote.added_cost  # type: ignore[attr-defined]
    place = plan.route_of(quote.vehicle).visits[quote.position]  # type: ignore[attr-defined]
    assert place == Visit.stop(index)
    now = _promised_lateness(session)
    assert all(now[name] <= seconds for name, seconds in late.items())


def _promised_lateness(session: Session) -> dict[str, int]:
    given_problem, plan = session.snapshot()
    report = check(given_problem, plan)
    late = {
        one.id: 0
        for index, one in enumerate(given_problem.stops)
        if one.unserved_price is None and index not in report.unserved
    }
    for finding in report.lateness:
        if finding.stop is not None and given_problem.stops[finding.stop].id in late:
            late[given_problem.stops[finding.stop].id] = finding.amount
    return late


@_SLOW
@given(st.data())
def test_random_changes_and_queries_keep_plan_and_problem_right(data: st.DataObject) -> None:
    chance = Drawn(data.draw)
    driver = Driver.of(chance, make_case(chance, ALL_FEATURES))
    judge(driver.session)
    for _ in range(chance.integer(1, 5)):
        driver.step()
        judge(driver.session)
    _ask_and_compare(driver)


@pytest.mark.parametrize("batch", range(4))
def test_long_days_with_queries_after_every_change(batch: int) -> None:
    for seed in range(batch * 15, batch * 15 + 15):
        chance = Seeded(random.Random(seed + 10**6))
        driver = Driver.of(chance, seeded_case(seed))
        for _ in range(8):
            driver.step()
            judge(driver.session)
            _ask_and_compare(driver)


def _line(*stops: Stop, vehicles: tuple[Vehicle, ...] = (vehicle(),)) -> Problem:
    return problem([0, 100, 200, 300, 400, 500], stops, vehicles)


def _snapshot(session: Session) -> tuple[object, ...]:
    return (*session.snapshot(), session.cost, session.revision, session.locations, session.now_s)


def test_the_problem_is_the_one_the_changes_say() -> None:
    session = Session(_line(stop(1), stop(2)), solution([0, 1]))
    rows = np.array([350, 250, 150, 50, 50, 150])
    place = [TravelRows(to_s=rows, to_m=rows + 1, from_s=rows + 2, from_m=rows + 3)]
    assert session.add(stop(0, id="new", windows=(window(0, 5000),)), place=place) == 6
    session.cancel("S1")
    session.change(replace(stop(2), service_s=(77,)))
    now = session.problem()
    assert {one.id: one for one in now.stops} == {
        "S2": stop(2, service_s=(77,)),
        "new": stop(6, id="new", windows=(window(0, 5000),)),
    }
    (travel,) = now.travel
    assert [travel.duration_s(at, 6, 0) for at in range(6)] == rows.tolist()
    assert [travel.distance_m(6, at, 0) for at in range(6)] == (rows + 3).tolist()
    assert travel.duration_s(1, 4, 0) == 300
    judge(session)


def test_a_planar_place_is_where_it_is_said_to_be() -> None:
    travel = PlanarTravel(np.array([[0, 0], [100, 0]]), detour_permille=1000, speeds_mm_s=(1000,))
    session = Session(problem([0, 0], [stop(1)], [vehicle()], travel=(travel,)), solution([0]))
    session.add(stop(0, id="new"), place=[PlanarPoint(0, 50)])
    assert session.problem().travel[0].duration_s(0, 2, 0) == 50
    judge(session)
    assert session.unserved == ()


def test_locations_given_up_are_used_again() -> None:
    session = Session(_line(stop(1)), solution([0]))
    for number in range(300):
        rows = np.full(session.locations, 10 + number)
        place = [TravelRows(to_s=rows, to_m=rows, from_s=rows, from_m=rows)]
        session.add(stop(0, id="comes and goes"), place=place)
        session.move(
            "V",
            place=place[:1] if session.locations == len(rows) else _wider(place[0]),
            available_s=number,
        )
        session.cancel("comes and goes")
    assert session.locations <= 6 + 3


def _wider(rows: TravelRows) -> list[TravelRows]:
    longer = np.append(np.asarray(rows.to_s), 5)
    return [TravelRows(to_s=longer, to_m=longer, from_s=longer, from_m=longer)]


def test_more_locations_than_there_was_room_for_keep_the_plan() -> None:
    session = Session(_line(stop(1)), solution([0]))
    for number in range(80):
        rows = np.full(session.locations, 10 + number)
        place = [TravelRows(to_s=rows, to_m=rows, from_s=rows, from_m=rows)]
        session.add(stop(0, id=f"N{number}"), place=place)
    judge(session)
    assert session.unserved == ()
    assert session.locations == 86


def test_finished_visits_move_start_time_and_load_on() -> None:
    van = vehicle(capacity=(10,), end=0, max_stops=3, max_distance_m=900, fixed_cost=7)
    loaded = [stop(1, load=(2,)), stop(2, load=(3,)), stop(3, load=(4,))]
    given_problem = problem([0, 100, 200, 300], loaded, [van], dimensions=("pieces",))
    session = Session(given_problem, solution([0, 1, 2]))
    session.commit("V", 2)
    session.finish("V", at_s=130)
    after = session.problem().vehicles[0]
    assert (after.start, after.available_s, after.initial_load) == (1, 130, (2,))
    assert (after.max_stops, after.max_distance_m, after.fixed_cost) == (2, 800, 0)
    assert len(after.committed) == 1
    assert sorted(one.id for one in session.problem().stops) == ["S2", "S3"]
    judge(session)


def test_a_courier_on_the_way_is_committed_and_one_who_waits_is_not() -> None:
    late = stop(2, windows=(window(1000, 2000),))
    couriers = (vehicle(id="A"), vehicle(id="B"))
    session = Session(_line(stop(1), late, vehicles=couriers), solution([0], [1]))
    session.advance(50)
    going, waiting = session.problem().vehicles
    assert going.committed
    assert going.available_s == 0
    assert not waiting.committed
    assert waiting.available_s == 50


def test_an_excluded_vehicle_loses_the_stop_to_another() -> None:
    couriers = (vehicle(id="A"), vehicle(id="B"))
    session = Session(_line(stop(1), vehicles=couriers), solution([0]))
    session.exclude("S1", "A")
    assert session.solution() == Solution((Route(1, (Visit.stop(0),)),))


def test_a_promise_is_not_broken_for_a_newcomer_but_room_is_made_by_repair() -> None:
    # One courier passes by in time for either, but not for the newcomer in front of the other.
    promised = stop(3, windows=(window(0, 9000),), due_s=310)
    free = stop(1, windows=(window(0, 9000),))
    session = Session(_line(promised, free), solution([1, 0]))
    newcomer = stop(2, id="new")
    early, later = session.quote(newcomer, [window(0, 215), window(0, 2000)])
    assert not early.fits  # behind S1 it would make S3 start at 320
    assert later.fits
    assert later.start_s > 310
    (repaired,) = session.quote(newcomer, [window(0, 215)], repair=20)
    assert repaired.fits
    assert repaired.repaired
    session.add(replace(newcomer, windows=(window(0, 215),)), quote=repaired)
    assert not check(*session.snapshot()).lateness


def test_what_is_late_already_may_not_become_later() -> None:
    late = stop(3, windows=(window(0, 9000),), due_s=100)
    session = Session(_line(late), solution([0]))
    before, behind = session.quote(stop(1, id="new"), [window(0, 150), window(0, 9000)])
    assert not before.fits
    assert behind.fits


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: s.cancel("nobody"), KeyError, "no stop 'nobody'"),
        (lambda s: s.exclude("S1", "nobody"), KeyError, "no vehicle 'nobody'"),
        (lambda s: s.cancel("S1"), ValueError, "vehicle 'V' is committed to it"),
        (lambda s: s.exclude("S1", "V"), ValueError, "release it first"),
        (lambda s: s.commit("V", 0), ValueError, "cannot commit 0 visits"),
        (lambda s: s.commit("V", 5), ValueError, "its route has 2"),
        (lambda s: s.release("V", 2), ValueError, "cannot keep 2"),
        (lambda s: s.finish("V", 2), ValueError, "cannot finish 2 visits"),
        (lambda s: s.advance(5), ValueError, "the clock stands at 10"),
        (lambda s: s.add(stop(2)), ValueError, "'S2' is there already"),
        (lambda s: s.add(stop(99)), InvalidProblemError, "location is 99"),
        (lambda s: s.add(stop(3, service_s=(2**40,))), ValueError, "time is"),
        (
            lambda s: s.add(stop(0, id="n", service_s=(2**40,)), place=[_rows(6)]),
            ValueError,
            "time is",
        ),
        (lambda s: s.change(stop(2, windows=(window(9, 3),))), InvalidProblemError, "ends before"),
        (lambda s: s.update(vehicle(id="nobody")), KeyError, "no vehicle"),
        (lambda s: s.update(vehicle(cost_per_m=2**40)), ValueError, "rate"),
        (lambda s: s.move("V", available_s=0, location=1, place=[]), ValueError, "not both"),
        (lambda s: s.move("V", available_s=0, location=99), InvalidProblemError, "start is 99"),
        (lambda s: s.move("V", available_s=0, place=[PlanarPoint(1, 2)]), ValueError, "is a point"),
        (lambda s: s.add(stop(0, id="n"), place=[]), ValueError, "0 entries for 1 travel"),
        (lambda s: s.add(stop(0, id="n"), place=[_rows(2)]), ValueError, "to_s has shape"),
        (lambda s: s.add(stop(0, id="n"), place=[_rows(6, -1)]), ValueError, "holds -1"),
        (lambda s: s.quote(stop(0, id="n"), [window(0, 9)], place=[_rows(3)]), ValueError, "shape"),
        (lambda s: s.quote(stop(99), [window(0, 9)]), ValueError, "location is 99"),
        (lambda s: s.quote(stop(3), [window(9, 0)]), ValueError, "window end is 0"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    call: object, error: type[Exception], message: str
) -> None:
    session = Session(_line(stop(1), stop(2)), solution([0, 1]))
    session.commit("V", 1)
    session.advance(10)
    before = _snapshot(session)
    with pytest.raises(error, match=message):
        call(session)  # type: ignore[operator]
    assert _snapshot(session) == before
    judge(session)


def _rows(count: int, value: int = 1) -> TravelRows:
    row = np.full(count, value)
    return TravelRows(to_s=row, to_m=row, from_s=row, from_m=row)


def test_an_old_quote_is_refused() -> None:
    session = Session(_line(stop(1), stop(2)), solution([0, 1]))
    (quote,) = session.quote(stop(3), [window(0, 5000)])
    session.cancel("S1")
    with pytest.raises(ValueError, match="the plan changed since the quote"):
        session.add(stop(3), quote=quote)


def test_a_session_needs_a_vehicle() -> None:
    with pytest.raises(ValueError, match="at least one vehicle"):
        Session(_line(stop(1), vehicles=()))


def test_search_goes_on_from_the_plan_and_is_reproducible() -> None:
    outcomes = []
    for _ in range(2):
        case = seeded_case(11)
        session = Session(case.problem, case.solution)
        result = session.search(Limits(iterations=300), seed=5)
        outcomes.append((result.solution, session.cost))
        assert result.solution == session.solution()
        assert result.iterations <= 300
    assert outcomes[0] == outcomes[1]


def test_queries_and_changes_get_their_turn_while_a_search_runs() -> None:
    # Too many stops for the search to try every route and be done.
    others = [stop(1 + number % 5, id=f"O{number}") for number in range(30)]
    session = Session(_line(stop(1), stop(2), *others), solution(list(range(30))))
    halt = threading.Event()
    results = []

    def search() -> None:
        results.append(session.search(Limits(seconds=60), stop=halt.is_set))

    searching = threading.Thread(target=search)
    searching.start()
    try:
        assert session.quote(stop(4), [window(0, 9000)])[0].fits
        session.cancel("S2")
        session.add(stop(5))
        judge(session)
        assert searching.is_alive()
    finally:
        halt.set()
        searching.join()
    assert results[0].interrupted
    assert not session.unserved
    assert {one.id for one in session.problem().stops} == {"S1", "S5", *(o.id for o in others)}
    judge(session)


def test_a_break_is_finished_with_the_visit_behind_it() -> None:
    courier = vehicle(end=0, rest=rest(50, 400, 60), shift_end_s=5000)
    session = Session(_line(stop(1), stop(3), vehicles=(courier,)), solution([0, "B", 1]))
    session.commit("V", 3)
    session.finish("V")
    with pytest.raises(ValueError, match="cannot be finished alone"):
        session.finish("V")
    session.finish("V", 2)
    assert session.problem().vehicles[0].rest is None
    judge(session)
