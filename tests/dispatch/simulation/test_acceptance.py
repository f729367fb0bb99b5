"""The rule that answers shoppers, on a street of houses."""

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.live.events import Booked
from dispatch.simulation.acceptance import FULL, TOO_FAR, EarliestWindow
from dispatch.simulation.habits import always
from dispatch.simulation.policy import Answer
from tests.dispatch.simulation.small_world import MIN, H, briefing, parcel, rider, window

# A parcel is reckoned with 4 minutes at the door and, before any drive was seen, 8 on the road.
HABITS = always(dict.fromkeys(PickupClass, 8 * MIN))
WORK_S = 12 * MIN


def rule(*couriers: Courier, usable_share: float = 1.0) -> EarliestWindow:
    acceptance = EarliestWindow(HABITS, usable_share=usable_share)
    acceptance.begin(briefing(couriers))
    return acceptance


def promise(acceptance: EarliestWindow, request: PickupRequest, at: int = 8 * H) -> Answer:
    answer = acceptance.answer(at, request)
    if answer.window is not None:
        acceptance.observe(Booked(at, request))
    return answer


def test_the_window_asked_for_is_promised_while_there_is_time() -> None:
    acceptance = rule(rider("C1", shift=window(9, 11)))
    fit = 2 * H // WORK_S
    for number in range(fit):
        answer = promise(acceptance, parcel(f"R{number}", 1, window(9, 11)))
        assert answer == Answer(window(9, 11))
    assert promise(acceptance, parcel("R", 1, window(9, 11))) == Answer(None, TOO_FAR)


def test_a_full_window_moves_the_pickup_to_the_earliest_later_one() -> None:
    acceptance = rule(rider("C1", shift=window(9, 18)), usable_share=0.5)
    for number in range(5):
        promise(acceptance, parcel(f"R{number}", 1, window(9, 11)))
    assert promise(acceptance, parcel("R", 1, window(9, 11))) == Answer(window(11, 13), FULL)


def test_short_windows_inside_a_free_day_count() -> None:
    acceptance = rule(rider("C1"))
    for number in range(5):
        assert promise(acceptance, parcel(f"R{number}", 1, window(9, 10))).window is not None
    full = promise(acceptance, parcel("R", 1, window(9, 10)))
    assert full == Answer(window(11, 13), FULL)
    assert promise(acceptance, parcel("S", 1, window(9, 18))) == Answer(window(9, 18))


def test_who_cannot_be_there_in_time_is_no_help() -> None:
    acceptance = rule(rider("C1"))
    near = acceptance.answer(8 * H, parcel("R1", 109, window(9, 11)))
    far = acceptance.answer(8 * H, parcel("R2", 111, window(9, 11)))
    assert near == Answer(window(9, 11))
    assert far == Answer(window(11, 13), TOO_FAR)


def test_nothing_is_promised_beyond_the_shift() -> None:
    acceptance = rule(rider("C1", shift=window(9, 12)))
    assert acceptance.answer(8 * H, parcel("R1", 1, window(13, 15))) == Answer(None, TOO_FAR)


def test_a_second_window_asked_for_is_no_move() -> None:
    acceptance = rule(rider("C1", shift=window(12, 18)))
    request = parcel("R1", 1, window(9, 11), windows=(window(9, 11), window(15, 17)))
    assert acceptance.answer(8 * H, request) == Answer(window(15, 17))


def test_bulky_pickups_wait_for_a_crew() -> None:
    bulky = parcel("R1", 1, window(9, 11), pickup_class=PickupClass.BULKY)
    assert rule(rider("C1")).answer(8 * H, bulky).window is None
    crew = rider("V1", vehicle_class="van", crew_size=2)
    assert rule(rider("C1"), crew).answer(8 * H, bulky) == Answer(window(9, 11))
