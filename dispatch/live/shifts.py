"""What shifts, breaks, unloading and breakdowns do to the ledger."""

from dataclasses import replace

from dispatch.live.events import (
    BrokenDown,
    LoadRecovered,
    RestBegan,
    Rested,
    ShiftEnded,
    ShiftStarted,
    Unloaded,
)
from dispatch.live.ledger import Ledger
from dispatch.live.records import CourierRecord, CourierStatus
from dispatch.live.verdicts import Outcome, Verdict

_APPLIED = Verdict(outcome=Outcome.APPLIED)
_REPEATED = Verdict(outcome=Outcome.REPEATED)


def start(ledger: Ledger, event: ShiftStarted) -> Verdict:
    """A courier is ready; also one that was repaired, or came back."""
    courier = ledger.couriers[event.courier_id]
    if courier.status is not CourierStatus.OFF and not courier.is_out:
        return _REPEATED
    if event.at < courier.since_s:
        return _late(courier)
    ledger.set_courier(replace(courier, status=CourierStatus.FREE, since_s=event.at))
    return _APPLIED


def end(ledger: Ledger, event: ShiftEnded) -> Verdict:
    """A courier stops; what it was sent to is open again."""
    return _drop_out(ledger, event, CourierStatus.DONE)


def break_down(ledger: Ledger, event: BrokenDown) -> Verdict:
    """A courier cannot go on; what it was sent to is open again, what it carries is aboard."""
    courier = ledger.couriers[event.courier_id]
    if courier.status is CourierStatus.DONE and event.at >= courier.since_s:
        return Verdict(
            outcome=Outcome.REFUSED, why=f"courier '{event.courier_id}' has ended its shift"
        )
    return _drop_out(ledger, event, CourierStatus.BROKEN)


def begin_rest(ledger: Ledger, event: RestBegan) -> Verdict:
    """A courier begins its break; what it was sent to is open again."""
    courier = ledger.couriers[event.courier_id]
    if courier.courier.rest is None:
        return _without_break(courier)
    if courier.rested:
        return _REPEATED
    if event.at < courier.since_s:
        return _late(courier)
    if courier.is_out:
        return Verdict(
            outcome=Outcome.REFUSED, why=f"courier '{event.courier_id}' is {courier.status}"
        )
    left = ledger.let_go(event.courier_id)
    ledger.set_courier(replace(left, status=CourierStatus.RESTING, since_s=event.at, rested=True))
    return _APPLIED


def end_rest(ledger: Ledger, event: Rested) -> Verdict:
    """A courier's break is over; that it began is inferred where nobody said so."""
    courier = ledger.couriers[event.courier_id]
    if courier.courier.rest is None:
        return _without_break(courier)
    if courier.status is CourierStatus.RESTING:
        if event.at < courier.since_s:
            return _late(courier)
        ledger.set_courier(replace(courier, status=CourierStatus.FREE, since_s=event.at))
        return _APPLIED
    if courier.rested:
        return _REPEATED
    ledger.set_courier(replace(courier, rested=True))
    return replace(_APPLIED, why=f"the break of courier '{event.courier_id}' is inferred")


def unload(ledger: Ledger, event: Unloaded) -> Verdict:
    """A courier is empty; what it took aboard after ``at`` is still there."""
    courier = ledger.couriers[event.courier_id]
    if event.hub_id not in courier.courier.hub_ids:
        return Verdict(
            outcome=Outcome.REFUSED,
            why=f"courier '{event.courier_id}' may not unload at hub '{event.hub_id}'",
        )
    if courier.emptied_s is not None and event.at <= courier.emptied_s:
        return _REPEATED
    if event.at >= courier.since_s:
        courier = ledger.stands(event.courier_id, ledger.hubs[event.hub_id].place, event.at)
    _empty(ledger, courier, event.at)
    return _APPLIED


def recover(ledger: Ledger, event: LoadRecovered) -> Verdict:
    """Goods go from a broken-down courier to another, who is free where that one stands."""
    broken = ledger.couriers[event.broken_courier_id]
    if event.courier_id == event.broken_courier_id:
        return Verdict(
            outcome=Outcome.REFUSED, why=f"courier '{event.courier_id}' cannot recover itself"
        )
    if broken.emptied_s is not None and event.at <= broken.emptied_s:
        return _REPEATED
    if broken.status is not CourierStatus.BROKEN:
        return Verdict(
            outcome=Outcome.REFUSED,
            why=f"courier '{event.broken_courier_id}' is {broken.status}, not broken down",
        )
    courier = ledger.couriers[event.courier_id]
    if event.at >= courier.since_s:
        courier = ledger.stands(event.courier_id, broken.place, event.at)
    moved = tuple(one for one in broken.carried if one.since_s <= event.at)
    if courier.emptied_s is None or courier.emptied_s < event.at:
        taken = tuple(replace(one, since_s=event.at) for one in moved)
        ledger.set_courier(replace(courier, carried=courier.carried + taken))
    _empty(ledger, broken, event.at)
    return _APPLIED


def _empty(ledger: Ledger, courier: CourierRecord, at: int) -> None:
    aboard = tuple(one for one in courier.carried if one.since_s > at)
    ledger.set_courier(replace(courier, carried=aboard, emptied_s=at))


def _drop_out(ledger: Ledger, event: ShiftEnded | BrokenDown, status: CourierStatus) -> Verdict:
    courier = ledger.couriers[event.courier_id]
    if courier.is_out:
        return _REPEATED
    if event.at < courier.since_s:
        return _late(courier)
    ledger.let_go(event.courier_id)
    ledger.unlock(event.courier_id)
    ledger.set_courier(replace(ledger.couriers[event.courier_id], status=status, since_s=event.at))
    return _APPLIED


def _without_break(courier: CourierRecord) -> Verdict:
    return Verdict(
        outcome=Outcome.REFUSED, why=f"courier '{courier.courier.id}' has no break today"
    )


def _late(courier: CourierRecord) -> Verdict:
    return Verdict(
        outcome=Outcome.LATE,
        why=f"courier '{courier.courier.id}' is known to be {courier.status} "
        f"since {courier.since_s} s",
    )
