"""Shifts that cover a curve at least cost, and the people to fill them."""

import itertools

import numpy as np
import pytest

from dispatch.capacity.staffing.covering import CoverError, DayRoster, Prices, cover
from dispatch.capacity.staffing.people import people_needed
from dispatch.capacity.staffing.shift_rules import RULES, Shift, ShiftRules, possible_shifts
from dispatch.domain.requests import PickupClass
from dispatch.sampling.fleet import ShiftType

PRICES = Prices(hour_fen=100, shift_fen=0, vehicle_day_fen=0)


def hours(**couriers: float) -> np.ndarray:
    """Couriers needed by hour: ``h9=2`` is two from nine to ten."""
    needed = np.zeros(24)
    for hour, count in couriers.items():
        needed[int(hour[1:])] = count
    return needed


def shift(start_h: float, end_h: float, *, full: bool = True) -> Shift:
    return Shift(type=ShiftType(start_h=start_h, end_h=end_h), full=full, paid_h=end_h - start_h)


def test_the_cheapest_shifts_are_found() -> None:
    # Brute force over all counts up to four of each shift.
    shifts = (shift(9, 13), shift(11, 17), shift(9, 17), shift(14, 17))
    needed = hours(h9=2, h10=1, h11=3, h12=3, h13=1, h14=2, h15=1, h16=2)
    roster = cover(needed, shifts, part_share=1.0, prices=PRICES)

    def present(counts: tuple[int, ...]) -> np.ndarray:
        total = np.zeros(24)
        for one, count in zip(shifts, counts, strict=True):
            total[int(one.type.start_h) : int(one.type.end_h)] += count
        return total

    costs = [
        sum(100 * one.paid_h * count for one, count in zip(shifts, counts, strict=True))
        for counts in itertools.product(range(5), repeat=4)
        if (present(counts) >= needed).all()
    ]
    assert roster.cost_fen == min(costs)
    assert roster.gap == 0
    assert (roster.presence >= needed).all()


def test_a_fixed_price_of_vehicles_shares_them_between_shifts() -> None:
    shifts = (shift(9, 13), shift(13, 17), shift(11, 15))
    dear = Prices(hour_fen=100, shift_fen=0, vehicle_day_fen=10_000)
    needed = hours(h9=1, h12=1, h13=1, h16=1)
    roster = cover(needed, shifts, part_share=1.0, prices=dear)
    assert roster.vehicles == 1
    assert roster.cost_fen == 2 * 400 + 10_000


def test_part_time_shifts_keep_to_their_share() -> None:
    shifts = (shift(9, 17), shift(9, 12, full=False))
    needed = hours(h9=10, h15=1)
    free = cover(needed, shifts, part_share=1.0, prices=PRICES)
    assert (free.count(full=True), free.count(full=False)) == (1, 9)
    bound = cover(needed, shifts, part_share=0.3, prices=PRICES)
    assert (bound.count(full=True), bound.count(full=False)) == (7, 3)


def test_a_break_takes_couriers_away_in_its_window() -> None:
    rested = Shift(
        type=ShiftType(start_h=9, end_h=18, break_h=(12.0, 13.0), break_min=60),
        full=True,
        paid_h=8,
    )
    roster = cover(hours(h10=4, h12=4), (rested,), part_share=0.0, prices=PRICES)
    # Half of them are on their break from twelve to one.
    assert roster.couriers == 8
    assert roster.presence[[10, 12, 13]].tolist() == [8, 4, 4]


def test_hours_that_no_shift_covers_are_named() -> None:
    with pytest.raises(CoverError, match="from 20:00 to 21:00"):
        cover(hours(h9=1, h20=2.5), (shift(9, 17),), part_share=0.0, prices=PRICES)
    with pytest.raises(CoverError, match="part-time"):
        cover(hours(h9=1), (shift(9, 12, full=False),), part_share=0.2, prices=PRICES)


def test_nobody_comes_where_nobody_is_needed() -> None:
    roster = cover(np.zeros(24), (shift(9, 17),), part_share=0.0, prices=PRICES)
    assert (roster.couriers, roster.vehicles, roster.cost_fen) == (0, 0, 0)


def test_bundled_shifts_keep_the_law() -> None:
    for kind in PickupClass:
        shifts = possible_shifts(RULES[kind])
        assert any(one.full for one in shifts)
        for one in shifts:
            assert one.paid_h <= (8 if one.full else 4)
            assert RULES[kind].first_start_h <= one.type.start_h
            assert one.type.end_h <= RULES[kind].last_end_h


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"part_h": (6.0,)}, "6 hours"),
        ({"full_h": (11.0,)}, "11 hours"),
        ({"first_start_h": 20.0, "last_end_h": 9.0}, "from 20 to 9"),
        ({"part_share": -0.1}, "part_share"),
        ({"absent_share": 1.0}, "absent_share"),
    ],
)
def test_rules_against_law_or_sense_are_refused(changes: dict[str, object], told: str) -> None:
    figures: dict[str, object] = {"first_start_h": 9.0, "last_end_h": 19.0}
    with pytest.raises(ValueError, match=told):
        ShiftRules(**(figures | changes))  # type: ignore[arg-type]


def week(full: list[int], part: list[int]) -> list[DayRoster]:
    shifts = (shift(9, 17), shift(9, 13, full=False))
    return [
        DayRoster(shifts=shifts, counts=counts, vehicles=0, cost_fen=0, gap=0.0)
        for counts in zip(full, part, strict=True)
    ]


@pytest.mark.parametrize(
    ("full", "part", "people"),
    [
        ([5] * 7, [0] * 7, 7),  # 35 shifts of five days each
        ([10, 5, 5, 5, 5, 5, 5], [0] * 7, 10),  # the busiest day decides
        ([0] * 7, [6] * 7, 7),  # six days of four hours each
        ([5] * 7, [6] * 7, 14),
    ],
)
def test_everybody_has_days_off(full: list[int], part: list[int], people: int) -> None:
    rules = ShiftRules(first_start_h=9, last_end_h=19, absent_share=0.0)
    assert people_needed(week(full, part), rules, crew_size=1) == people
    assert people_needed(week(full, part), rules, crew_size=2) == 2 * people


def test_absences_are_filled() -> None:
    rules = ShiftRules(first_start_h=9, last_end_h=19, absent_share=0.1)
    assert people_needed(week([9] * 5 + [0] * 2, [0] * 7), rules, crew_size=1) == 10


def test_no_pickup_begins_on_the_way_home() -> None:
    home = Shift(type=ShiftType(start_h=9, end_h=13), full=False, paid_h=4, home_h=1.25)
    assert home.presence().sum() == 4 * (4 - 1.25)
    # Someone else has to be there in the last hours.
    roster = cover(
        hours(h9=1, h12=1),
        (home, shift(11, 15, full=False)),
        part_share=1.0,
        prices=PRICES,
    )
    assert roster.couriers == 2
