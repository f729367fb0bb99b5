"""What happens on a live day, as calls of a session; docs/session.md has the same list."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from solvers.checker import check
from solvers.engines.native.live_travel import TravelRows
from solvers.engines.native.session import Session
from solvers.engines.protocol import Limits
from solvers.errors import InvalidProblemError
from solvers.model import Prices, Problem, Stop, Vehicle, Visit
from tests.solvers.builders import problem, rest, solution, stop, vehicle, window
from tests.solvers.engines.native.sessions import judge


def _line(*stops: Stop, vehicles: tuple[Vehicle, ...] = (vehicle(),), **given: object) -> Problem:
    return problem([0, 100, 200, 300, 400, 500], stops, vehicles, **given)


def _pair(**given: object) -> tuple[Vehicle, Vehicle]:
    return vehicle(id="A", **given), vehicle(id="B", **given)


def _routes(session: Session) -> dict[str, list[str | None]]:
    return {one.vehicle_id: [visit.id for visit in one.visits] for one in session.schedule()}


def _at_m(x_m: int) -> list[TravelRows]:
    """Rows of a place at metre ``x_m`` of the line."""
    apart = np.abs(np.arange(6) * 100 - x_m)
    return [TravelRows(to_s=apart, to_m=apart, from_s=apart, from_m=apart)]


def test_a_refusal_keeps_the_rest_of_what_the_courier_was_sent_to() -> None:
    session = Session(_line(stop(1), stop(2), stop(3), vehicles=_pair()), solution([0, 1, 2]))
    session.commit("A", 3)
    with session.turn():
        session.release("A", 1)
        session.exclude("S2", "A")
        session.commit("A", 2)
    assert _routes(session) == {"A": ["S1", "S3"], "B": ["S2"]}
    assert session.vehicle("A").committed == (Visit.stop(0), Visit.stop(2))
    session.search(Limits(iterations=200))
    assert _routes(session)["B"] == ["S2"]
    judge(session)


def test_after_a_breakdown_the_stops_go_elsewhere_and_the_load_is_collected() -> None:
    vans = _pair(capacity=(10,))
    goods = [stop(1, load=(4,)), stop(2, load=(1,)), stop(3, load=(1,))]
    session = Session(_line(*goods, vehicles=vans, dimensions=("pieces",)), solution([0, 1, 2]))
    session.commit("A", 2)
    session.finish("A", at_s=120)
    session.withdraw("A")
    assert session.vehicle("A").committed == ()
    assert session.vehicle("A").initial_load == (4,)
    assert _routes(session) == {"B": ["S2", "S3"]}
    session.add(stop(0, id="load of A", load=session.vehicle("A").initial_load), place=_at_m(120))
    judge(session)
    assert _routes(session) == {"B": ["load of A", "S2", "S3"]}
    (quote,) = session.quote(stop(1, id="new"), [window(0, 9000)])
    assert quote.vehicle == session.vehicle_index("B")
    session.update(replace(session.vehicle("A"), max_stops=None, committed=()))
    assert session.quote(stop(1, id="new"), [window(0, 9000)])[0].vehicle == 0


def test_a_stop_only_the_withdrawn_vehicle_could_serve_is_reported_not_held_against() -> None:
    session = Session(
        _line(
            stop(1, skills=frozenset({"lift"})),
            vehicles=(vehicle(id="A", skills=frozenset({"lift"})), vehicle(id="B")),
        ),
        solution([0]),
    )
    session.withdraw("A")
    assert session.unserved == ("S1",)
    session.update(replace(session.vehicle("B"), skills=frozenset({"lift"})))
    session.search(Limits(iterations=10))
    assert _routes(session) == {"B": ["S1"]}
    judge(session)


def test_a_courier_who_comes_on_shift_takes_what_waits() -> None:
    busy = vehicle(id="A", max_stops=1)
    session = Session(_line(stop(1), stop(4), vehicles=(busy,)), solution([0]))
    assert session.unserved == ("S4",)
    assert session.add_vehicle(vehicle(id="N", start=None), place=_at_m(390)) == 1
    session.search(Limits(iterations=10))
    assert _routes(session) == {"A": ["S1"], "N": ["S4"]}
    assert session.cost == 100 + 10
    judge(session)
    session.exclude("S4", "N")
    assert session.unserved == ("S4",)


def test_new_couriers_have_their_own_zones_loads_and_hubs() -> None:
    lifter = vehicle(
        id="N", capacity=(5,), initial_load=(2,), skills=frozenset({"lift"}), home_zones=frozenset()
    )
    zoned = stop(1, load=(3,), zone=1, skills=frozenset({"lift"}))
    given = _line(
        zoned,
        vehicles=(vehicle(id="A", capacity=(9,)),),
        dimensions=("pieces",),
        prices=Prices(outside_home_zone=7),
    )
    session = Session(given)
    session.add_vehicle(lifter)
    session.search(Limits(iterations=10))
    assert _routes(session) == {"N": ["S1"]}
    assert session.cost == 107
    judge(session)


def test_lock_to_a_courier_holds_the_stop_there_and_lets_the_order_go() -> None:
    session = Session(_line(stop(1), stop(5), vehicles=_pair(fixed_cost=900)), solution([1, 0]))
    session.allow("S1", ["B"])
    session.search(Limits(iterations=100))
    assert "S1" in _routes(session)["B"]
    session.allow("S1", None)
    session.search(Limits(iterations=100))
    assert len(_routes(session)) == 1
    judge(session)


def test_moving_what_was_told_has_its_price_and_telling_anew_takes_it_away() -> None:
    couriers = (vehicle(id="A"), vehicle(id="B", start=5))
    prices = Prices(vehicle_change=1000, time_change=500, time_tolerance_s=20)
    session = Session(_line(stop(1), vehicles=couriers, prices=prices), solution([0]))
    session.tell_couriers()
    session.tell_shoppers(["S1"])
    assert session.cost == 100
    session.move("A", available_s=0, location=5)
    session.move("B", available_s=0, location=1)
    session.search(Limits(iterations=50))
    assert _routes(session) == {"A": ["S1"]}  # 400 m and 500 for the time; B: 1,500
    assert session.cost == 900
    session.reprice(Prices(vehicle_change=10, time_change=20))
    session.search(Limits(iterations=50))
    assert _routes(session) == {"B": ["S1"]}
    assert session.cost == 30
    session.tell_couriers()
    session.tell_shoppers()
    assert session.cost == 0
    judge(session)


def test_a_committed_courier_who_is_late_delays_what_follows() -> None:
    session = Session(_line(stop(1), stop(2, due_s=250)), solution([0, 1]))
    session.commit("V", 1)
    session.move("V", available_s=70)  # left 70 s later than planned
    (route,) = session.schedule()
    assert [(visit.start_s, visit.late_s) for visit in route.visits] == [(170, 0), (280, 30)]
    session.move("V", available_s=300, place=_at_m(90))  # seen 10 m before the door
    (route,) = session.schedule()
    assert route.visits[0].start_s == 310
    session.change(replace(session.stop("S1"), service_s=(60,)))  # it takes longer at the door
    assert session.schedule()[0].visits[1].start_s == 310 + 60 + 100
    judge(session)


def test_a_stop_that_failed_at_the_door_leaves_no_load_and_gets_a_second_try() -> None:
    van = vehicle(capacity=(5,))
    given = _line(stop(1, load=(4,)), stop(2, load=(3,)), vehicles=(van,), dimensions=("pieces",))
    session = Session(given, solution([0]))
    session.commit("V", 1)
    with session.turn():
        again = replace(session.stop("S1"), windows=(window(1000, 2000),))
        session.change(replace(session.stop("S1"), load=()))
        session.finish("V", at_s=200)
        session.add(replace(again, load=(2,)))
    assert session.vehicle("V").initial_load == (0,)
    session.search(Limits(iterations=20))
    assert sorted(map(str, _routes(session)["V"])) == ["S1", "S2"]
    judge(session)


def test_a_courier_who_goes_elsewhere_first_is_followed() -> None:
    session = Session(_line(stop(1), stop(2), stop(3)), solution([0, 1, 2]))
    session.commit("V", 2)
    with session.turn():
        session.release("V")
        session.put("S3", "V", 0)
        session.commit("V", 1)
        session.finish("V", at_s=310)
    assert session.vehicle("V").start == 3
    assert _routes(session) == {"V": ["S1", "S2"]}
    judge(session)


def test_a_corrected_address_moves_the_stop() -> None:
    session = Session(_line(stop(1), stop(2)), solution([0, 1]))
    location = session.change(stop(0, id="S2"), place=_at_m(250))
    assert location == 6
    assert session.stop("S2").location == 6
    assert session.schedule()[0].end_s == 100 + 10 + 150 + 10
    judge(session)


def test_a_location_that_was_given_up_is_not_taken_for_another() -> None:
    session = Session(_line(stop(1)), solution([0]))
    first = session.add(stop(0, id="one"), place=_at_m(250))
    wide = [
        TravelRows(
            to_s=np.full(7, 5), to_m=np.full(7, 5), from_s=np.full(7, 5), from_m=np.full(7, 5)
        )
    ]
    session.add(stop(0, id="two"), place=wide)
    session.cancel("one")
    before = session.snapshot()
    for call in (
        lambda: session.add(stop(first, id="three")),
        lambda: session.quote(stop(first, id="three"), [window(0, 9)]),
        lambda: session.move("V", available_s=0, location=first),
        lambda: session.update(vehicle(end=first)),
    ):
        with pytest.raises(ValueError, match="was given up"):
            call()
    assert session.snapshot() == before


def test_the_end_of_a_route_keeps_its_location() -> None:
    session = Session(_line(stop(1)), solution([0]))
    there = session.add(stop(0, id="depot"), place=_at_m(250))
    session.update(vehicle(end=there))
    session.cancel("depot")
    assert session.schedule()[0].end_s == 100 + 10 + 150
    judge(session)


def test_others_wait_until_a_turn_is_over() -> None:
    session = Session(_line(stop(1), stop(2)), solution([0, 1]))
    seen = []
    with session.turn():
        other = threading.Thread(target=lambda: seen.append(session.unserved))
        other.start()
        session.update(vehicle(max_stops=0))
        assert session.unserved == ("S1", "S2")
        session.update(vehicle())
        session.search(Limits(iterations=10))
        assert not seen
    other.join()
    assert seen == [()]


def test_a_break_is_not_the_last_thing_a_courier_is_held_to() -> None:
    courier = vehicle(end=0, rest=rest(50, 400, 60), shift_end_s=5000)
    session = Session(_line(stop(1), stop(3), vehicles=(courier,)), solution([0, "B", 1]))
    with pytest.raises(ValueError, match="break cannot be the last visit"):
        session.commit("V", 2)
    session.commit("V", 3)
    with pytest.raises(ValueError, match="break cannot be the last visit"):
        session.release("V", 2)
    session.release("V", 1)
    judge(session)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: s.stop("nobody"), KeyError, "no stop 'nobody'"),
        (lambda s: s.vehicle("nobody"), KeyError, "no vehicle 'nobody'"),
        (lambda s: s.allow("S2", ["nobody"]), KeyError, "no vehicle 'nobody'"),
        (lambda s: s.allow("S1", []), ValueError, "release it first"),
        (lambda s: s.put("S2", "V", 0), ValueError, "must lie in 1 .. 1 of vehicle 'V'"),
        (lambda s: s.put("S1", "V", 1), ValueError, "release it first"),
        (lambda s: s.put("S3", "V", 2), ValueError, "would break a rule"),
        (lambda s: s.tell_couriers(["nobody"]), KeyError, "no stop"),
        (lambda s: s.tell_shoppers(["S2", "nobody"]), KeyError, "no stop"),
        (lambda s: s.reprice(Prices(time_change=-1)), InvalidProblemError, "time_change"),
        (lambda s: s.reprice(Prices(vehicle_change=2**60)), ValueError, "price"),
        (lambda s: s.add_vehicle(vehicle()), ValueError, "'V' is there already"),
        (lambda s: s.add_vehicle(vehicle(id="N", start=9)), InvalidProblemError, "start is 9"),
        (lambda s: s.add_vehicle(vehicle(id="N", cost_per_m=2**40)), ValueError, "rate"),
        (
            lambda s: s.add_vehicle(vehicle(id="N", cost_per_m=2**40), place=_at_m(7)),
            ValueError,
            "rate",
        ),
        (
            lambda s: s.add_vehicle(vehicle(id="N", committed=(Visit.stop(1),))),
            ValueError,
            "committed is given",
        ),
        (lambda s: s.withdraw("nobody"), KeyError, "no vehicle"),
        (lambda s: s.change(stop(2, service_s=(2**40,))), ValueError, "time is"),
        (
            lambda s: s.change(stop(2, service_s=(2**40,)), place=_at_m(7)),
            ValueError,
            "time is",
        ),
        (lambda s: s.change(stop(9, id="S2")), InvalidProblemError, "location is 9"),
        (
            lambda s: s.change(stop(2, allowed_vehicles=frozenset({4}))),
            InvalidProblemError,
            "allowed_vehicles",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    call: object, error: type[Exception], message: str
) -> None:
    closed = stop(3, windows=(window(0, 50),), unserved_price=1)
    session = Session(_line(stop(1), stop(2), closed), solution([0, 1]))
    session.commit("V", 1)
    before = (*session.snapshot(), session.cost, session.revision, session.locations)
    with pytest.raises(error, match=message):
        call(session)  # type: ignore[operator]
    assert (*session.snapshot(), session.cost, session.revision, session.locations) == before
    judge(session)


def test_what_is_told_survives_the_checker_as_changes_of_the_plan() -> None:
    prices = Prices(vehicle_change=30, time_change=20)
    session = Session(_line(stop(1), stop(2), vehicles=_pair(), prices=prices), solution([0], [1]))
    session.tell_couriers()
    session.tell_shoppers()
    session.put("S2", "A", 1)
    report = check(*session.snapshot())
    assert (report.cost.vehicle_change, report.cost.time_change) == (30, 20)
