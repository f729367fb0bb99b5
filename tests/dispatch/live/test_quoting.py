from dataclasses import replace

import pytest

from dispatch.domain.places import Place
from dispatch.live.decisions import PromiseBroken
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Booked, ShiftStarted, Ticked
from dispatch.live.rules import LiveRules
from tests.dispatch.live.days import COURIERS, NINE, day, request, window


def one_courier(buffer_s: int = 0, margin: int = 0) -> Dispatcher:
    given = replace(day(), couriers=COURIERS[:1])
    dispatcher = Dispatcher(given, LiveRules(buffer_s=buffer_s, drive_margin_permille=margin))
    dispatcher.tell(Ticked(NINE))
    dispatcher.tell(ShiftStarted(NINE, "E1"))
    return dispatcher


def test_a_window_is_offered_with_who_would_come_and_when() -> None:
    (offer,) = one_courier().quote(request(1), [window(NINE + 3600, NINE + 7200)])
    assert (offer.fits, offer.courier_id, offer.start_s) == (True, "E1", NINE + 3600)
    assert offer.added_cost_milli_fen > 0


def test_a_window_is_offered_only_if_the_courier_can_be_there_with_time_to_spare() -> None:
    arrival_s = one_courier().quote(request(4), [window(NINE, NINE + 7200)])[0].start_s
    asked = [window(NINE, arrival_s), window(NINE, arrival_s + 299), window(NINE, arrival_s + 300)]
    assert [one.fits for one in one_courier().quote(request(4), asked)] == [True, True, True]
    assert [one.fits for one in one_courier(300).quote(request(4), asked)] == [False, False, True]


def test_the_time_to_spare_grows_with_the_drive() -> None:
    for number in (2, 6):
        (offer,) = one_courier().quote(request(number), [window(NINE, NINE + 7200)])
        tenth_s = (offer.start_s - NINE) // 10
        asked = [
            window(NINE, offer.start_s + tenth_s - 5),
            window(NINE, offer.start_s + tenth_s + 5),
        ]
        fits = [one.fits for one in one_courier(margin=100).quote(request(number), asked)]
        assert fits == [False, True]


def test_no_window_is_offered_that_would_break_a_promise() -> None:
    dispatcher = one_courier()
    dispatcher.tell(Booked(NINE, request(4, end_s=NINE + 1400)))
    before = dispatcher.decide()
    soon, later = dispatcher.quote(
        request(0), [window(NINE, NINE + 600), window(NINE, NINE + 7200)]
    )
    assert not soon.fits
    assert soon.courier_id == ""
    assert later.fits
    assert dispatcher.decide().couriers == before.couriers
    dispatcher.tell(Booked(NINE, request(0)))
    revision = dispatcher.decide()
    assert not any(isinstance(one, PromiseBroken) for one in revision.decisions)
    assert revision.pickups()["R0"][1].start_s == later.start_s


def test_asking_about_no_window_gives_no_offer() -> None:
    assert one_courier().quote(request(1), []) == ()


def test_questions_that_make_no_sense_are_refused() -> None:
    dispatcher = one_courier()
    with pytest.raises(ValueError, match=r"ends at .* before it starts"):
        dispatcher.quote(request(1), [window(NINE + 60, NINE)])
    far = replace(request(1), place=Place(lon=100.0, lat=30.3))
    with pytest.raises(ValueError, match="outside the city's area"):
        dispatcher.quote(far, [window(NINE, NINE + 60)])
