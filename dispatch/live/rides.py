"""What driving, arriving, collecting and failing at the door do to the ledger.

Goods in hand are believed above all: whoever says to have collected a request has it, wherever
it was thought to be. What is older than the courier's last known doing changes nothing else.
"""

from dataclasses import replace

from dispatch.domain.places import Place
from dispatch.live.events import Arrived, Collected, Departed, FailedAtDoor, Position, Refused
from dispatch.live.ledger import Ledger
from dispatch.live.records import (
    MOST_LOAD,
    Carried,
    CourierRecord,
    CourierStatus,
    RequestRecord,
    RequestStatus,
)
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, Recover, Unload, WaitAt
from dispatch.live.verdicts import Outcome, Verdict
from geo.coordinates import great_circle_m

_APPLIED = Verdict(outcome=Outcome.APPLIED)
_THERE_M = 50
"""Who is seen so near to a place has arrived; a telephone knows no better between houses."""


def position(ledger: Ledger, event: Position) -> Verdict:
    """A courier was seen; who was sent to wait there has arrived."""
    courier = ledger.couriers[event.courier_id]
    if not (-180 <= event.lon <= 180 and -90 <= event.lat <= 90):
        return _refused(
            f"courier '{event.courier_id}': {event.lon}, {event.lat} is no longitude and latitude"
        )
    if event.at < courier.place_s:
        return _late(courier)
    place = Place(lon=event.lon, lat=event.lat)
    if (place, event.at) == (courier.place, courier.place_s):
        return Verdict(outcome=Outcome.REPEATED)
    if _waits_at(courier, event):
        ledger.stands(event.courier_id, place, event.at)
        return _APPLIED
    ledger.set_courier(replace(courier, place=place, place_s=event.at))
    return _APPLIED


def depart(ledger: Ledger, event: Departed) -> Verdict:
    """A courier sets out; what it was committed to before is let go."""
    courier, task = ledger.couriers[event.courier_id], event.task
    if courier.status is CourierStatus.DRIVING and courier.task == task:
        return Verdict(outcome=Outcome.REPEATED)
    if event.at < courier.since_s:
        return _late(courier)
    why = _out(courier) or _not_allowed(ledger, courier, event)
    if why:
        return _refused(why)
    left = ledger.let_go(event.courier_id)
    if isinstance(task, Collect):
        _hold(ledger, task.request_id, event.courier_id, RequestStatus.UNDERWAY)
    ledger.set_courier(replace(left, status=CourierStatus.DRIVING, task=task, since_s=event.at))
    return _APPLIED


def arrive(ledger: Ledger, event: Arrived) -> Verdict:
    """A courier is at a door; that it set out is inferred where nobody said so."""
    courier, request = ledger.couriers[event.courier_id], ledger.requests[event.request_id]
    if request.status is RequestStatus.AT_DOOR and request.courier_id == event.courier_id:
        return Verdict(outcome=Outcome.REPEATED)
    if event.at < courier.since_s:
        return _late(courier)
    why = _out(courier) or _held(request, courier)
    if why:
        return _refused(why)
    task = Collect(event.request_id)
    expected = courier.task == task
    left = courier if expected else ledger.let_go(event.courier_id)
    _hold(ledger, event.request_id, event.courier_id, RequestStatus.AT_DOOR)
    ledger.set_courier(
        replace(
            left,
            status=CourierStatus.AT_DOOR,
            task=task,
            since_s=event.at,
            place=request.request.place,
            place_s=event.at,
        )
    )
    return _APPLIED if expected else replace(_APPLIED, why=_inferred(courier, "a departure"))


def collect(ledger: Ledger, event: Collected) -> Verdict:
    """A courier has the goods: this holds whatever was believed, and whenever it is told."""
    courier, request = ledger.couriers[event.courier_id], ledger.requests[event.request_id]
    if not 0 <= event.weight_g <= MOST_LOAD:
        return _refused(
            f"request '{event.request_id}': weight_g is {event.weight_g}; give 0 to {MOST_LOAD}"
        )
    if request.status is RequestStatus.COLLECTED:
        if request.courier_id == event.courier_id:
            return Verdict(outcome=Outcome.REPEATED)
        return _refused(
            f"request '{event.request_id}' was collected by '{request.courier_id}' already"
        )
    expected = courier.status is CourierStatus.AT_DOOR and request.courier_id == event.courier_id
    if request.courier_id is not None:
        ledger.let_go(request.courier_id)
    ledger.set_request(
        replace(
            ledger.requests[event.request_id],
            status=RequestStatus.COLLECTED,
            courier_id=event.courier_id,
            weight_g=event.weight_g,
            ended_s=event.at,
            held_until_s=None,
        )
    )
    courier = _at_door(ledger, event, request)
    if courier.emptied_s is None or courier.emptied_s < event.at:
        aboard = Carried(event.request_id, event.weight_g, event.at)
        ledger.set_courier(replace(courier, carried=(*courier.carried, aboard)))
    if expected:
        return _APPLIED
    if request.has_ended:
        return replace(_APPLIED, why=f"request '{event.request_id}' had {_ENDINGS[request.status]}")
    return replace(_APPLIED, why=_inferred(courier, "an arrival"))


def fail(ledger: Ledger, event: FailedAtDoor, rules: LiveRules) -> Verdict:
    """A courier leaves a door without the goods: another attempt, or the pickup is given up."""
    request = ledger.requests[event.request_id]
    if request.failed_s is not None and event.at <= request.failed_s:
        return Verdict(outcome=Outcome.REPEATED)
    why = _held(request, ledger.couriers[event.courier_id])
    if why:
        return _refused(why)
    attempts = request.attempts + 1
    given_up = attempts >= rules.most_attempts
    underway_again = event.at < ledger.couriers[event.courier_id].since_s
    if request.courier_id is not None and (given_up or not underway_again):
        ledger.let_go(request.courier_id)
    held = ledger.requests[event.request_id]
    ledger.set_request(
        replace(
            held,
            status=RequestStatus.FAILED if given_up else held.status,
            attempts=attempts,
            failed_s=event.at,
            ended_s=event.at if given_up else None,
        )
    )
    _at_door(ledger, event, request)
    return _APPLIED


def refuse(ledger: Ledger, event: Refused) -> Verdict:
    """A courier will not do a pickup: it is never given to this courier again."""
    request = ledger.requests[event.request_id]
    if event.courier_id in request.refused_by:
        return Verdict(outcome=Outcome.REPEATED)
    if request.has_ended:
        return _refused(f"request '{event.request_id}' is {request.status} already")
    if request.courier_id == event.courier_id:
        if event.at < ledger.couriers[event.courier_id].since_s:
            return _late(ledger.couriers[event.courier_id])
        ledger.let_go(event.courier_id)
    held = ledger.requests[event.request_id]
    lock = held.lock
    if lock is not None and lock.courier_id == event.courier_id:
        lock = None
    ledger.set_request(replace(held, refused_by=held.refused_by | {event.courier_id}, lock=lock))
    return _APPLIED


_ENDINGS = {
    RequestStatus.CANCELLED: "been cancelled",
    RequestStatus.FAILED: "been given up",
}


def _waits_at(courier: CourierRecord, event: Position) -> bool:
    """Whether the courier has come to where it was sent to wait."""
    task = courier.task
    if not isinstance(task, WaitAt) or event.at < courier.since_s:
        return False
    metres = great_circle_m((event.lon, event.lat), (task.lon, task.lat))
    return bool(metres <= _THERE_M)


def _not_allowed(ledger: Ledger, courier: CourierRecord, event: Departed) -> str:
    """Why the courier cannot be on its way there; empty where it can."""
    task = event.task
    if isinstance(task, Collect):
        return _held(ledger.requests[task.request_id], courier)
    if isinstance(task, Unload) and task.hub_id not in courier.courier.hub_ids:
        return f"courier '{event.courier_id}' may not unload at hub '{task.hub_id}'"
    if isinstance(task, Recover):
        broken = ledger.couriers[task.courier_id]
        if broken.status is not CourierStatus.BROKEN or not broken.carried:
            return f"courier '{task.courier_id}' has nothing to recover"
    return ""


def _held(request: RequestRecord, courier: CourierRecord) -> str:
    """Why the courier cannot be with the request; empty where it can."""
    request_id = request.request.id
    if request.has_ended:
        return f"request '{request_id}' is {request.status} already"
    if request.held_until_s is not None:
        return f"request '{request_id}' is on hold, not booked"
    if request.courier_id not in (None, courier.courier.id):
        return f"courier '{request.courier_id}' is {request.status} at request '{request_id}'"
    if courier.courier.id in request.refused_by:
        return f"courier '{courier.courier.id}' has refused request '{request_id}'"
    return ""


def _out(courier: CourierRecord) -> str:
    return f"courier '{courier.courier.id}' is {courier.status}" if courier.is_out else ""


def _hold(ledger: Ledger, request_id: str, courier_id: str, status: RequestStatus) -> None:
    held = ledger.requests[request_id]
    ledger.set_request(replace(held, status=status, courier_id=courier_id))


def _at_door(
    ledger: Ledger, event: Collected | FailedAtDoor, request: RequestRecord
) -> CourierRecord:
    """The courier, free at the door; where it has done something since, as it was."""
    courier = ledger.couriers[event.courier_id]
    if event.at < courier.since_s:
        return courier
    return ledger.stands(event.courier_id, request.request.place, event.at)


def _inferred(courier: CourierRecord, what: str) -> str:
    return f"{what} of courier '{courier.courier.id}' was not told and is inferred"


def _late(courier: CourierRecord) -> Verdict:
    return Verdict(
        outcome=Outcome.LATE,
        why=f"courier '{courier.courier.id}' is known to be {courier.status} "
        f"since {courier.since_s} s, at its place since {courier.place_s} s",
    )


def _refused(why: str) -> Verdict:
    return Verdict(outcome=Outcome.REFUSED, why=why)
