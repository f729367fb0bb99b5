"""What a planner's locks do to the ledger."""

from dataclasses import replace

from dispatch.live.events import Locked
from dispatch.live.ledger import Ledger
from dispatch.live.records import LAST_S, Lock, LockLevel, RequestRecord
from dispatch.live.verdicts import Outcome, Verdict

_APPLIED = Verdict(outcome=Outcome.APPLIED)


def lock(ledger: Ledger, event: Locked) -> Verdict:
    """A request is fixed to a courier, or free again; who is on the way there still is."""
    known = ledger.requests[event.request_id]
    why = _unclear(event) or _against(ledger, known, event)
    if why:
        return Verdict(outcome=Outcome.REFUSED, why=f"request '{event.request_id}': {why}")
    if _same(known.lock, event):
        return Verdict(outcome=Outcome.REPEATED)
    wanted = None
    if event.courier_id is not None:
        wanted = Lock(event.level, event.courier_id, event.start_s, ledger.next_lock())
    ledger.set_request(replace(known, lock=wanted))
    return _APPLIED


def _unclear(event: Locked) -> str:
    """What of the event makes no sense by itself; empty if nothing."""
    if (event.level is LockLevel.FREE) != (event.courier_id is None):
        return f"level {event.level} with courier {event.courier_id}; free names none, others one"
    if (event.level is LockLevel.EXACT) != (event.start_s is not None):
        return f"level {event.level} with start {event.start_s}; exact names one, others none"
    if event.start_s is not None and not 0 <= event.start_s <= LAST_S:
        return f"start is {event.start_s} s; give seconds since local midnight, 0 to {LAST_S}"
    return ""


def _against(ledger: Ledger, known: RequestRecord, event: Locked) -> str:
    """What of the day stands against it; empty if nothing."""
    if known.has_ended:
        return f"it is {known.status} already"
    if event.courier_id is None:
        return ""
    if known.courier_id not in (None, event.courier_id):
        return f"courier '{known.courier_id}' is {known.status} there"
    if event.courier_id in known.refused_by:
        return f"courier '{event.courier_id}' has refused it"
    courier = ledger.couriers[event.courier_id]
    if courier.is_out:
        return f"courier '{event.courier_id}' is {courier.status}"
    return ""


def _same(known: Lock | None, event: Locked) -> bool:
    if known is None:
        return event.courier_id is None
    return (known.level, known.courier_id, known.start_s) == (
        event.level,
        event.courier_id,
        event.start_s,
    )
