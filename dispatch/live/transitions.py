"""One event after another into the ledger, each with a verdict."""

from collections.abc import Iterable
from dataclasses import replace

from dispatch.live import bookings, locks, rides, shifts
from dispatch.live.events import (
    Arrived,
    Booked,
    BrokenDown,
    Cancelled,
    Changed,
    Collected,
    CourierEvent,
    Departed,
    Event,
    FailedAtDoor,
    Held,
    LoadRecovered,
    Locked,
    Position,
    Refused,
    RestBegan,
    Rested,
    ShiftEnded,
    ShiftStarted,
    Ticked,
    Unloaded,
)
from dispatch.live.ledger import Ledger
from dispatch.live.records import LAST_S
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, Recover, Unload
from dispatch.live.verdicts import Outcome, Verdict


def apply(ledger: Ledger, event: Event, rules: LiveRules) -> Verdict:
    """Tells the ledger of an event; ``docs/live.md`` lists every outcome. Never raises.

    Args:
        ledger: What is known; unchanged unless the verdict is ``APPLIED`` or ``KEPT``.
        event: What happened, told in any order, any number of times.
        rules: Of the day.
    """
    why = _wrong_time(ledger, event, rules)
    if why:
        return Verdict(outcome=Outcome.REFUSED, why=why)
    why = _unknown(ledger, event)
    if why:
        return Verdict(outcome=Outcome.UNKNOWN, why=why)
    verdict = _of(ledger, event, rules)
    requests, couriers = ledger.take_touched()
    return replace(verdict, request_ids=requests, courier_ids=couriers)


def _of(ledger: Ledger, event: Event, rules: LiveRules) -> Verdict:
    match event:
        case Held():
            return bookings.hold(ledger, event)
        case Booked():
            return bookings.book(ledger, event)
        case Cancelled():
            return bookings.cancel(ledger, event)
        case Changed():
            return bookings.change(ledger, event)
        case Locked():
            return locks.lock(ledger, event)
        case Ticked():
            return _tick(ledger, event)
        case _:
            return _of_courier(ledger, event, rules)


def _of_courier(ledger: Ledger, event: CourierEvent, rules: LiveRules) -> Verdict:
    match event:
        case ShiftStarted():
            return shifts.start(ledger, event)
        case ShiftEnded():
            return shifts.end(ledger, event)
        case BrokenDown():
            return shifts.break_down(ledger, event)
        case RestBegan():
            return shifts.begin_rest(ledger, event)
        case Rested():
            return shifts.end_rest(ledger, event)
        case Unloaded():
            return shifts.unload(ledger, event)
        case LoadRecovered():
            return shifts.recover(ledger, event)
        case Position():
            return rides.position(ledger, event)
        case Departed():
            return rides.depart(ledger, event)
        case Arrived():
            return rides.arrive(ledger, event)
        case Collected():
            return rides.collect(ledger, event)
        case FailedAtDoor():
            return rides.fail(ledger, event, rules)
        case Refused():
            return rides.refuse(ledger, event)


def _tick(ledger: Ledger, event: Ticked) -> Verdict:
    if event.at < ledger.now_s:
        return Verdict(outcome=Outcome.LATE, why=f"the clock stands at {ledger.now_s} s")
    ledger.now_s = event.at
    bookings.expire(ledger)
    return Verdict(outcome=Outcome.APPLIED)


def _wrong_time(ledger: Ledger, event: Event, rules: LiveRules) -> str:
    if not 0 <= event.at <= LAST_S:
        return f"at is {event.at} s; give seconds since local midnight, 0 to {LAST_S}"
    if not isinstance(event, Ticked) and event.at > ledger.now_s + rules.most_ahead_s:
        return (
            f"at is {event.at} s, but the clock stands at {ledger.now_s} s; tick it on first, "
            "or correct the time"
        )
    return ""


def _unknown(ledger: Ledger, event: Event) -> str:
    """Names the id that is not known; cancellations and changes may come before bookings."""
    if isinstance(event, Held | Booked | Cancelled | Changed | Ticked):
        return ""
    if isinstance(event, Locked):
        named = [] if event.courier_id is None else [event.courier_id]
        return _missing("request", [event.request_id], ledger.requests) or _missing(
            "courier", named, ledger.couriers
        )
    couriers, requests, hubs = [event.courier_id], [], []
    match event:
        case Departed(task=Collect(request_id)):
            requests.append(request_id)
        case Departed(task=Unload(hub_id)):
            hubs.append(hub_id)
        case Departed(task=Recover(courier_id)):
            couriers.append(courier_id)
        case Unloaded():
            hubs.append(event.hub_id)
        case LoadRecovered():
            couriers.append(event.broken_courier_id)
        case Arrived() | Collected() | FailedAtDoor() | Refused():
            requests.append(event.request_id)
        case _:
            pass
    return (
        _missing("courier", couriers, ledger.couriers)
        or _missing("request", requests, ledger.requests)
        or _missing("hub", hubs, ledger.hubs)
    )


def _missing(noun: str, ids: Iterable[str], known: Iterable[str]) -> str:
    return next((f"there is no {noun} '{one}' today" for one in ids if one not in known), "")
