"""What bookings, cancellations and changes do to the ledger."""

from dataclasses import replace

from dispatch.domain.requests import PickupRequest
from dispatch.live.events import Booked, Cancelled, Changed, Held
from dispatch.live.ledger import Ledger
from dispatch.live.records import MOST_LOAD, RequestRecord, RequestStatus
from dispatch.live.verdicts import Outcome, Verdict

_APPLIED = Verdict(outcome=Outcome.APPLIED)


def book(ledger: Ledger, event: Booked) -> Verdict:
    """A pickup is booked; what was told of it too early is made up for."""
    request = event.request
    known = ledger.requests.get(request.id)
    if known is not None and known.held_until_s is not None and not known.has_ended:
        return _book_held(ledger, known, event)
    if known is not None:
        if known.request == request:
            return Verdict(outcome=Outcome.REPEATED)
        if event.at < known.told_s:
            return _late(known)
        return _refused(f"request '{request.id}' is booked already, otherwise; send a change")
    wrong = _wrong(request)
    if wrong:
        return _refused(wrong)
    ledger.set_request(RequestRecord(request=request, told_s=event.at))
    return _with_early_word(ledger, event)


def _with_early_word(ledger: Ledger, event: Booked | Held) -> Verdict:
    """What was told of a request before it was booked or held holds now."""
    request = event.request
    early = ledger.early.pop(request.id, None)
    if isinstance(early, Cancelled):
        cancel(ledger, early)
        return replace(_APPLIED, why=f"request '{request.id}' had been cancelled before")
    if early is not None and early.at >= event.at:
        change(ledger, early)
        return replace(_APPLIED, why=f"request '{request.id}' had been changed before")
    return _APPLIED


def hold(ledger: Ledger, event: Held) -> Verdict:
    """A place is kept for a pickup that is not booked, or kept longer."""
    request = event.request
    wrong = _wrong(request)
    if wrong:
        return _refused(wrong)
    if event.until_s <= ledger.now_s:
        return _refused(f"request '{request.id}' is held until {event.until_s} s, which is over")
    known = ledger.requests.get(request.id)
    if known is None:
        record = RequestRecord(request=request, told_s=event.at, held_until_s=event.until_s)
        ledger.set_request(record)
        return _with_early_word(ledger, event)
    if known.held_until_s is None or known.has_ended:
        return _refused(f"request '{request.id}' is known, and not on hold; hold another id")
    if (known.request, known.held_until_s) == (request, event.until_s):
        return Verdict(outcome=Outcome.REPEATED)
    if event.at < known.told_s:
        return _late(known)
    ledger.set_request(replace(known, request=request, told_s=event.at, held_until_s=event.until_s))
    return _APPLIED


def expire(ledger: Ledger) -> None:
    """Holds that are over are given up."""
    for record in list(ledger.requests.values()):
        until_s = record.held_until_s
        if until_s is not None and until_s <= ledger.now_s and not record.has_ended:
            cancel(ledger, Cancelled(until_s, record.request.id))


def _book_held(ledger: Ledger, known: RequestRecord, event: Booked) -> Verdict:
    """What was held is booked, as it was held or otherwise."""
    wrong = _wrong(event.request)
    if wrong:
        return _refused(wrong)
    if event.at < known.told_s:
        return _late(known)
    ledger.set_request(replace(known, request=event.request, told_s=event.at, held_until_s=None))
    return _APPLIED


def cancel(ledger: Ledger, event: Cancelled) -> Verdict:
    """The shopper no longer wants the pickup; who was sent there is free."""
    known = ledger.requests.get(event.request_id)
    if known is None:
        return _keep(ledger, event.request_id, event)
    if known.status is RequestStatus.CANCELLED:
        return Verdict(outcome=Outcome.REPEATED)
    if known.has_ended:
        return _refused(f"request '{event.request_id}' is {known.status} already")
    if known.courier_id is not None:
        ledger.let_go(known.courier_id)
    ledger.set_request(
        replace(known, status=RequestStatus.CANCELLED, courier_id=None, ended_s=event.at)
    )
    return _APPLIED


def change(ledger: Ledger, event: Changed) -> Verdict:
    """A pickup is different now; who was sent there still is."""
    request = event.request
    wrong = _wrong(request)
    if wrong:
        return _refused(wrong)
    known = ledger.requests.get(request.id)
    if known is None:
        return _keep(ledger, request.id, event)
    if known.has_ended:
        return _refused(f"request '{request.id}' is {known.status} already")
    if known.request == request:
        return Verdict(outcome=Outcome.REPEATED)
    if event.at < known.told_s:
        return _late(known)
    ledger.set_request(replace(known, request=request, told_s=event.at))
    return _APPLIED


def _wrong(request: PickupRequest) -> str:
    """What of the request cannot be planned with; empty if nothing."""
    if not request.windows:
        return f"request '{request.id}' has no window; give the one that was promised"
    moments = [moment for one in request.windows for moment in (one.start_at, one.end_at)]
    if any(moment.utcoffset() is None for moment in moments):
        return f"request '{request.id}': its windows have no time zone; give one"
    if moments != sorted(moments):
        return f"request '{request.id}': its windows are not in rising order"
    load = request.load
    for name in ("weight_g", "volume_ml", "pieces"):
        value = getattr(load, name)
        if not 0 <= value <= MOST_LOAD:
            return f"request '{request.id}': {name} is {value}; give 0 to {MOST_LOAD}"
    return ""


def _keep(ledger: Ledger, request_id: str, event: Cancelled | Changed) -> Verdict:
    """Waits for the booking; a cancellation is final, of two changes the later one counts."""
    before = ledger.early.get(request_id)
    if before == event:
        return Verdict(outcome=Outcome.REPEATED)
    older = isinstance(event, Changed) and before is not None and event.at < before.at
    if isinstance(before, Cancelled) or older:
        return Verdict(outcome=Outcome.LATE, why=f"request '{request_id}': later word is kept")
    ledger.early[request_id] = event
    return Verdict(outcome=Outcome.KEPT, why=f"request '{request_id}' is not booked yet")


def _late(known: RequestRecord) -> Verdict:
    return Verdict(
        outcome=Outcome.LATE,
        why=f"request '{known.request.id}' was booked or changed at {known.told_s} s",
    )


def _refused(why: str) -> Verdict:
    return Verdict(outcome=Outcome.REFUSED, why=why)
