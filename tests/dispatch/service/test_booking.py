"""Holding, booking, changing and cancelling, on both databases."""

from datetime import timedelta

import pytest

from dispatch.service.booking import book_hold, book_slot, cancel, find_pickup, reschedule
from dispatch.service.errors import Code, ServiceError
from dispatch.service.holding import hold, release
from dispatch.service.live_city import LiveCity
from dispatch.service.ticking import sweep, tick
from dispatch.storage import history, outbox, pickups
from dispatch.storage.pickups import Pickup
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import StandingClock, city_config, parcel


def booked(city: LiveCity, **changes: object) -> Pickup:
    """A pickup in the first window of the grid."""
    slot = slots_for(city, parcel(**changes))[1]
    with city.command() as command:
        return book_slot(command, slot, customer_ref=None, contact={"name": "Li"})


def read(city: LiveCity, pickup_id: str) -> Pickup:
    with city.database.read() as tx:
        found = pickups.get(tx, pickup_id)
    assert found is not None
    return found


def refused(error: pytest.ExceptionInfo[ServiceError]) -> Code:
    return error.value.code


def test_a_held_place_is_booked_without_changing_the_plan(city: LiveCity) -> None:
    slot = slots_for(city, parcel())[0]
    with city.command() as command:
        held = hold(command, slot, customer_ref="c-1")
    planned = set(city.day(slot.date).dispatcher.ledger.requests)
    with city.command() as command:
        pickup = book_hold(command, held.id, client_id="shop", customer_ref=None, contact=None)
    assert pickup.id == held.pickup_id
    assert pickup.customer_ref == "c-1"
    assert set(city.day(slot.date).dispatcher.ledger.requests) == planned == {pickup.id}
    with city.database.read() as tx:
        assert [step.kind for step in history.of_pickup(tx, pickup.id)] == ["booked"]
        assert outbox.anything_new(tx)


def test_a_hold_is_booked_once_and_only_by_its_holder(city: LiveCity) -> None:
    slot = slots_for(city, parcel())[0]
    with city.command() as command:
        held = hold(command, slot, customer_ref=None)
    with pytest.raises(ServiceError) as error, city.command() as command:
        book_hold(command, held.id, client_id="other", customer_ref=None, contact=None)
    assert refused(error) is Code.NOT_FOUND
    with city.command() as command:
        book_hold(command, held.id, client_id="shop", customer_ref=None, contact=None)
    with pytest.raises(ServiceError) as error, city.command() as command:
        book_hold(command, held.id, client_id="shop", customer_ref=None, contact=None)
    assert refused(error) is Code.NOT_FOUND


def test_an_expired_hold_frees_its_place(city: LiveCity, clock: StandingClock) -> None:
    slot = slots_for(city, parcel())[2]
    with city.command() as command:
        held = hold(command, slot, customer_ref=None)
    clock.advance(seconds=301)
    with pytest.raises(ServiceError) as error, city.command() as command:
        book_hold(command, held.id, client_id="shop", customer_ref=None, contact=None)
    assert refused(error) is Code.HOLD_EXPIRED
    sweep(city)
    assert city.day(slot.date).dispatcher.ledger.requests[held.pickup_id].has_ended
    assert city.expired_holds(clock.now()) == []


def test_a_released_place_can_be_had_by_others(open_city: Opened) -> None:
    city = open_city(city_config(couriers=1))
    heavy = parcel(weight_g=50_000)  # two of them are more than an e-bike carries without a hub
    slots = slots_for(city, heavy)
    with city.command() as command:
        held = hold(command, slots[1], customer_ref=None)
    with city.command() as command:
        release(command, held.id, "shop")
    with city.command() as command:
        hold(command, slots[1], customer_ref=None)


def test_two_after_the_last_place_and_exactly_one_gets_it(open_city: Opened) -> None:
    city = open_city(city_config(couriers=1))
    bulky = parcel(pickup_class="bulky", weight_g=40_000, volume_ml=500_000, floor=60, lift=False)
    # Two hours and more at the door: the only crew can begin one of them in a window.
    first, second = slots_for(city, bulky)[1], slots_for(city, bulky)[1]
    assert (first.start_at, first.id != second.id) == (second.start_at, True)
    with city.command() as command:
        book_slot(command, first, customer_ref=None, contact=None)
    with pytest.raises(ServiceError) as error, city.command() as command:
        book_slot(command, second, customer_ref=None, contact=None)
    assert refused(error) is Code.SLOT_TAKEN
    assert error.value.extra["why"] == "full"
    assert error.value.extra["next"]["start_at"] > first.start_at.isoformat()


def test_a_slot_is_booked_once(city: LiveCity) -> None:
    slot = slots_for(city, parcel())[1]
    with city.command() as command:
        pickup = book_slot(command, slot, customer_ref=None, contact=None)
    with pytest.raises(ServiceError) as error, city.command() as command:
        book_slot(command, slot, customer_ref=None, contact=None)
    assert refused(error) is Code.SLOT_USED
    assert error.value.extra["pickup_id"] == pickup.id


def test_another_window_is_taken_before_the_first_is_given_up(city: LiveCity) -> None:
    pickup = booked(city)
    tomorrow = slots_for(city, parcel())[-1]
    assert tomorrow.date != pickup.date
    with city.command() as command:
        moved = reschedule(command, find_pickup(command, pickup.id, "shop"), tomorrow)
    assert (moved.id, moved.date) == (pickup.id, tomorrow.date)
    old, new = city.day(pickup.date), city.day(tomorrow.date)
    assert old.dispatcher.ledger.requests[pickup.id].has_ended
    assert not new.dispatcher.ledger.requests[f"{pickup.id}~2"].has_ended


def test_a_pickup_cannot_become_another_one_by_rescheduling(city: LiveCity) -> None:
    pickup = booked(city)
    heavier = slots_for(city, parcel(weight_g=9_000))[2]
    with pytest.raises(ServiceError) as error, city.command() as command:
        reschedule(command, find_pickup(command, pickup.id, "shop"), heavier)
    assert refused(error) is Code.WRONG_STATE
    assert read(city, pickup.id).promise_start_at == pickup.promise_start_at


def test_cancelling_late_counts_against_the_customer(city: LiveCity, clock: StandingClock) -> None:
    pickup = booked(city, customer_ref="c-9")
    early = booked(city, customer_ref="c-9")
    with city.command() as command:
        cancel(command, find_pickup(command, early.id, "shop"), by="client", reason=None)
    clock.set(pickup.promise_start_at - timedelta(minutes=5))
    with city.command() as command:
        cancel(command, find_pickup(command, pickup.id, "shop"), by="client", reason="ill")
    with city.command() as command:  # once more changes nothing
        cancel(command, find_pickup(command, pickup.id, "shop"), by="client", reason=None)
    with city.database.read() as tx:
        steps = history.of_pickup(tx, pickup.id)
    assert [(step.kind, step.detail.get("late")) for step in steps] == [
        ("booked", None),
        ("cancelled", True),
    ]


def test_too_many_open_bookings_are_refused_with_every_reason(open_city: Opened) -> None:
    tiers = {"new": {"most_open": 1, "rank": 2}}
    city = open_city(city_config(standing={"tiers": tiers, "usual_tier": "new"}))
    booked(city, customer_ref="c-1")
    with pytest.raises(ServiceError) as error:
        booked(city, customer_ref="c-1")
    assert refused(error) is Code.STANDING
    assert "1 booking open, 1 allowed" in error.value.detail
    booked(city, customer_ref="c-2")


def test_what_was_booked_is_there_after_a_restart(
    city: LiveCity, open_city: Opened, clock: StandingClock
) -> None:
    kept = booked(city)
    gone = booked(city)
    with city.command() as command:
        cancel(command, find_pickup(command, gone.id, "shop"), by="client", reason=None)
        held = hold(command, slots_for(city, parcel())[2], customer_ref=None)
    tick(city)
    again = open_city()
    ledger = again.day(kept.date).dispatcher.ledger.requests
    assert {key: record.has_ended for key, record in ledger.items()} == {
        kept.id: False,
        gone.id: True,
        held.pickup_id: False,
    }
    clock.advance(seconds=400)
    assert again.expired_holds(clock.now()) == [held.id]


def test_who_was_taken_over_from_writes_nothing_any_more(city: LiveCity, open_city: Opened) -> None:
    slot = slots_for(city, parcel())[1]
    other = open_city()
    with pytest.raises(Exception, match="may not write"), city.command() as command:
        book_slot(command, slot, customer_ref=None, contact=None)
    assert not city.is_ready
    with pytest.raises(ServiceError) as error, city.command():
        pass
    assert refused(error) is Code.CITY_NOT_READY
    with other.command() as command:
        book_slot(command, slot, customer_ref=None, contact=None)


def test_a_failed_write_leaves_no_trace_in_the_plan(city: LiveCity) -> None:
    slot = slots_for(city, parcel())[1]

    def book_and_fail() -> None:
        with city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power"):
        book_and_fail()
    assert city.is_ready
    assert not city.day(slot.date).dispatcher.ledger.requests
    with city.command() as command:
        book_slot(command, slot, customer_ref=None, contact=None)
