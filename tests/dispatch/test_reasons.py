"""Reasons in words: what a planner reads is true, in local time, and enough if followed."""

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.files import read_day
from dispatch.translation import CREW_SKILL, DayProblem, translate
from dispatch.translation.reasons import in_words
from solvers.explain import Change, ChangeKind, Code, Failure, Kind, Reason, Remedy, explain
from solvers.model import Visit
from solvers.solution import Route, Solution

TINY_DAY = Path(__file__).parents[1] / "data" / "tiny_day"
E1, E2, V1 = range(3)
R01, R04, R05, B01 = 0, 3, 4, 10
FITTED = (Visit.stop(R04), Visit.stop(R01), Visit.stop(R05))


@pytest.fixture(scope="module")
def tiny() -> DayProblem:
    return translate(read_day(TINY_DAY))


def failing(*failures: Failure, **changes: object) -> Reason:
    values: dict[str, object] = {
        "stop": R01,
        "kind": Kind.NOT_BESIDE_OTHERS,
        "code": failures[0].code,
        "vehicle": E1,
        "position": 1,
        "visits": FITTED,
        "failures": failures,
        "price": 1,
    }
    return Reason(**(values | changes))  # type: ignore[arg-type]


def remedied(*changes: Change, **more: object) -> Reason:
    remedy = Remedy(changes=changes, vehicle=E1, visits=FITTED, cost=0)
    window = Failure(code=Code.WINDOW, amount=1, unit="s", stop=R01)
    return failing(window, remedies=(remedy,), **more)


@pytest.mark.parametrize(
    ("code", "amount", "unit", "where", "words"),
    [
        (Code.WINDOW, 90, "s", {"stop": R01}, "would ring 2 min after 11:00, the latest start"),
        (Code.WINDOW, 59, "s", {"stop": R01}, "would ring 59 s after 11:00"),
        (Code.OTHER_WINDOW, 5400, "s", {"stop": R04}, "ring at R04 1 h 30 min after 11:40"),
        (Code.SHIFT_END, 3599, "s", {}, "would end 1 h 00 min after the shift (18:00)"),
        (Code.CAPACITY, 8250, "weight_g", {}, "8.25 kg too much for the vehicle"),
        (Code.CAPACITY, 1_500_000, "volume_ml", {}, "1,500 l too much for the vehicle"),
        (Code.CAPACITY, 1, "pieces", {}, "1 piece too much for the vehicle"),
        (
            Code.UNLOADING,
            60,
            "s",
            {"hub": 0},
            "HUB-城西 would be reached 1 min after it closes (21",
        ),
        (Code.UNLOADING, 0, "", {"hub": 0}, "may not unload at HUB-城西"),
        (Code.BREAK, 60, "s", {}, "the break would begin 1 min after 13:30"),
        (Code.BREAK, 0, "", {}, "the break finds no place"),
        (Code.DISTANCE, 1500, "m", {}, "would drive 1.5 km too far"),
        (Code.DRIVE, 60, "s", {}, "would drive 1 min too long"),
        (Code.DURATION, 60, "s", {}, "would work 1 min too long"),
        (Code.STOPS, 2, "stops", {}, "would serve 2 stops too many"),
        (Code.NOT_ALLOWED, 0, "", {}, "is not among those allowed"),
        (Code.EXCLUDED, 0, "", {}, "is excluded"),
        (Code.UNREACHABLE, 0, "", {}, "no way leads there"),
    ],
)
def test_every_broken_rule_has_words(tiny: DayProblem, code, amount, unit, where, words):
    said = in_words(tiny, failing(Failure(code=code, amount=amount, unit=unit, **where)))
    assert words in said.message
    assert "E1 comes nearest, between R04 and R05" in said.message
    assert (said.kind, said.code, said.courier_id) == ("not_beside_others", code, "E1")


def test_missing_people_and_skills_are_named(tiny: DayProblem):
    piano = replace(tiny.problem.stops[B01], skills=frozenset({CREW_SKILL, "piano"}))
    stops = (*tiny.problem.stops[:B01], piano, *tiny.problem.stops[B01 + 1 :])
    needs = replace(tiny, problem=tiny.problem.replace(stops=stops))
    lacking = Failure(code=Code.SKILLS, amount=2, unit="skills", stop=B01)
    said = in_words(needs, failing(lacking, stop=B01))
    assert "lacks a crew of two and the skill piano" in said.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(kind=ChangeKind.WINDOW_END, amount=5941, stop=R01), "window until 12:40"),
        (Change(kind=ChangeKind.WINDOW_END, amount=60, stop=R04), "window of R04 until 11:41"),
        (Change(kind=ChangeKind.HUB_END, amount=1, hub=0), "HUB-城西 open until 21:01"),
        (Change(kind=ChangeKind.BREAK_END, amount=60, vehicle=E1), "break of E1 begun by 13:31"),
        (Change(kind=ChangeKind.SHIFT_END, amount=61, vehicle=E1), "shift of E1 until 18:02"),
        (Change(kind=ChangeKind.LESS_LOAD, amount=8000, unit="weight_g", stop=R01), "8 kg less"),
        (
            Change(kind=ChangeKind.MORE_CAPACITY, amount=2, unit="pieces", vehicle=E1),
            "2 pieces more room on E1",
        ),
        (
            Change(kind=ChangeKind.MAX_STOPS, amount=1, unit="stops", vehicle=E1),
            "serve 1 stop more",
        ),
        (Change(kind=ChangeKind.MAX_DISTANCE, amount=50, unit="m", vehicle=E1), "0.05 km more"),
        (Change(kind=ChangeKind.MAX_DRIVE, amount=61, unit="s", vehicle=E1), "drive 2 min longer"),
        (Change(kind=ChangeKind.MAX_DURATION, amount=9, unit="s", vehicle=E1), "work 9 s longer"),
        (
            Change(kind=ChangeKind.ADD_SKILLS, vehicle=E1, skills=(CREW_SKILL, "piano")),
            "a crew of two and the skill piano on E1",
        ),
        (Change(kind=ChangeKind.ALLOW_VEHICLE, vehicle=E1, stop=R01), "E1 allowed to take it"),
        (Change(kind=ChangeKind.EXTRA_VEHICLE, amount=1, vehicle=V1), "one more van, like V1"),
        (Change(kind=ChangeKind.HIGHER_PRICE, amount=630_000, stop=R01), "¥6.31 or more"),
    ],
)
def test_every_remedy_has_words_that_are_enough(tiny: DayProblem, change, words):
    (said,) = in_words(tiny, remedied(change)).remedies
    assert words in said


def test_changes_that_are_needed_together_stand_together(tiny: DayProblem):
    both = remedied(
        Change(kind=ChangeKind.WINDOW_END, amount=60, stop=R01),
        Change(kind=ChangeKind.SHIFT_END, amount=60, vehicle=E1),
        kind=Kind.IMPOSSIBLE_ALONE,
    )
    (said,) = in_words(tiny, both).remedies
    assert said == "window until 11:01 and shift of E1 until 18:01 (if E1 has nothing else to do)"


def test_one_more_vehicle_is_asked_for_in_the_zone_of_the_request(tiny: DayProblem):
    stops = tuple(replace(stop, zone=1) for stop in tiny.problem.stops)
    zoned = replace(tiny, problem=tiny.problem.replace(stops=stops), zone_names=("6", "7"))
    extra = Change(kind=ChangeKind.EXTRA_VEHICLE, amount=1, vehicle=V1)
    assert in_words(zoned, remedied(extra)).remedies == ("one more van in zone 7, like V1",)


def test_a_promise_that_may_be_kept_late_is_told_from_the_latest_start(tiny: DayProblem):
    prices = replace(tiny.day.settings.prices, late_allowed_s=1800)
    lenient = replace(tiny.day, settings=replace(tiny.day.settings, prices=prices))
    window = Failure(code=Code.WINDOW, amount=60, unit="s", stop=R01)
    until = Remedy(
        changes=(Change(kind=ChangeKind.WINDOW_END, amount=60, stop=R01),),
        vehicle=E1,
        visits=FITTED,
        cost=0,
    )
    said = in_words(translate(lenient), failing(window, remedies=(until,)))
    assert "1 min after 11:30, the latest start for a window until 11:00" in said.message
    assert said.remedies == ("window until 11:01",)


@pytest.mark.parametrize(
    ("position", "visits", "words"),
    [
        (0, (Visit.stop(R01),), "as the only visit"),
        (0, (Visit.stop(R01), Visit.stop(R04)), "before R04, as the first visit"),
        (1, (Visit.break_(), Visit.stop(R01)), "after the break, as the last visit"),
        (
            1,
            (Visit.hub(0), Visit.stop(R01), Visit.stop(R04)),
            "between unloading at HUB-城西 and R04",
        ),
    ],
)
def test_the_place_in_the_route_is_named(tiny: DayProblem, position, visits, words):
    window = Failure(code=Code.WINDOW, amount=60, unit="s", stop=R01)
    said = in_words(tiny, failing(window, position=position, visits=visits))
    assert f"E1 comes nearest, {words}: " in said.message


def test_money_is_told_where_it_decides(tiny: DayProblem):
    whole = explain(tiny.problem, Solution((Route(E1, ()),)), stops=[R01])[0]
    fits = in_words(tiny, whole)
    assert fits.kind == "fits"
    assert "search longer" in fits.message
    dear = replace(tiny.problem.stops[R01], unserved_price=100_000)
    stops = (dear, *tiny.problem.stops[1:])
    cheap = replace(tiny, problem=tiny.problem.replace(stops=stops))
    (reason,) = explain(cheap.problem, Solution(), stops=[R01])
    said = in_words(cheap, reason)
    assert said.kind == "not_worth_its_price"
    assert "leaving it out costs ¥1.00" in said.message
    assert said.remedies[0].startswith("a price of ¥")


def test_without_couriers_that_is_the_reason(tiny: DayProblem):
    said = in_words(tiny, Reason(stop=R01, kind=Kind.IMPOSSIBLE_ALONE, code=Code.NO_VEHICLES))
    assert (said.message, said.courier_id) == ("There are no couriers on shift.", "")
