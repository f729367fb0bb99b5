"""What couriers tell of their day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from dispatch.domain.requests import Load
from dispatch.fees import (
    AlreadySettledError,
    FeeError,
    Settlement,
    fee_from_json,
    settle,
    settlement_from_json,
    settlement_to_json,
)
from dispatch.live.events import (
    Arrived,
    Collected,
    Event,
    FailedAtDoor,
    Position,
)
from dispatch.live.verdicts import Outcome, Verdict
from dispatch.service.command import Command
from dispatch.service.day_plan import DayPlan
from dispatch.service.errors import Code, ServiceError, not_found
from dispatch.service.following import follow_ledger
from dispatch.service.live_city import LiveCity
from dispatch.service.revisits import pickup_id_of
from dispatch.service.standing import remember
from dispatch.service.statuses import PickupStatus
from dispatch.standing import PastKind
from dispatch.storage import pickups
from dispatch.storage.pickups import Pickup
from dispatch.webhooks.events import EventType

_GOOD = frozenset({Outcome.APPLIED, Outcome.REPEATED, Outcome.LATE, Outcome.KEPT})


class Failure(StrEnum):
    """Why a courier left a door without the goods."""

    NOBODY_HOME = "nobody_home"
    MISMATCH = "mismatch"
    EMPTY_BOX = "empty_box"
    NOT_READY = "not_ready"
    UNREACHABLE = "unreachable"
    OTHER = "other"


_COUNTS_AS = {
    Failure.NOBODY_HOME: PastKind.NO_SHOW,
    Failure.MISMATCH: PastKind.MISMATCH,
    Failure.EMPTY_BOX: PastKind.EMPTY_BOX,
}
"""Which failures speak against the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What the courier found at the door.

    Attributes:
        load: The goods as weighed and measured; ``None`` where they were not.
        items_match: Whether they are what was declared.
        packed: Whether they are packed to travel.
        note: For people.
    """

    load: Load | None
    items_match: bool
    packed: bool
    note: str | None


def day_of_courier(city: LiveCity, courier_id: str, day: date | None) -> DayPlan:
    """The plan of the day on which the courier works.

    Raises:
        ServiceError: Nobody of that id works that day.
    """
    plan = city.day(day or city.today(city.clock.now()))
    if courier_id not in plan.dispatcher.ledger.couriers:
        raise not_found("courier", courier_id)
    return plan


def second_told(plan: DayPlan, at: datetime | None, now: datetime) -> int:
    """When something happened, in seconds since local midnight of the day; now if not told.

    Raises:
        ServiceError: It lies before the day, or in the future.
    """
    if at is None:
        return plan.second(now)
    if at < plan.moment(0):
        raise ServiceError(
            Code.CANNOT_BE_TRUE,
            f"at {at.isoformat()} lies before the day of the shift, {plan.date.isoformat()}",
            "correct the time, or give the date of the shift",
        )
    if at > now + plan.most_ahead:
        here = now.astimezone(at.tzinfo)
        raise ServiceError(
            Code.CANNOT_BE_TRUE,
            f"at {at.isoformat()} lies in the future: it is {here.isoformat()}",
            "set the courier's clock right, and tell what has happened",
        )
    return plan.second(at)


def tell_courier_event(command: Command, plan: DayPlan, event: Event) -> Verdict:
    """Takes in what a courier tells, and brings the pickups in line.

    Raises:
        ServiceError: It names something unknown, or cannot be true.
    """
    verdict = command.tell(plan, event)
    command.city.observer.event(command.city.id, type(event).__name__, verdict.outcome)
    if verdict.outcome is Outcome.UNKNOWN:
        raise ServiceError(Code.NOT_FOUND, verdict.why, "check the ids")
    if verdict.outcome not in _GOOD:
        raise ServiceError(
            Code.CANNOT_BE_TRUE, verdict.why, "look at the courier's tasks, and tell what is so"
        )
    if verdict.outcome is Outcome.APPLIED:
        for pickup in follow_ledger(command, plan, verdict.request_ids):
            _count_promise(command, plan, pickup, event)
    return verdict


def tell_position(city: LiveCity, plan: DayPlan, event: Position) -> Verdict:
    """Takes in where a courier is; written with the next tick, and only the last of each."""
    with city.alone():
        verdict = plan.tell(event, city.clock.now())
    if verdict.outcome is Outcome.REFUSED:
        raise ServiceError(Code.CANNOT_BE_TRUE, verdict.why, "check position and time")
    return verdict


def settle_pickup(command: Command, plan: DayPlan, event: Collected, checks: Checks) -> Verdict:
    """Takes in that a courier has the goods, and settles the fee once.

    Raises:
        ServiceError: It cannot be true, or was settled before at another weight.
    """
    pickup_id = pickup_id_of(event.request_id)
    before = pickups.get(command.tx, pickup_id)
    if before is not None:
        _settlement(before, checks, command.now)
    verdict = tell_courier_event(command, plan, event)
    row = pickups.get(command.tx, pickup_id)
    if row is None or row.status != PickupStatus.COLLECTED or "settlement" in row.fee:
        return verdict
    settlement = _settlement(row, checks, command.now)
    fee = {**row.fee, "settlement": settlement_to_json(settlement)}
    saved = command.save(row, fee=fee)
    detail = {
        "items_match": checks.items_match,
        "packed": checks.packed,
        "weight_g": event.weight_g,
        "shopper_fen": settlement.final.shopper_fen,
        "insurer_fen": settlement.final.insurer_fen,
        "shopper_difference_fen": settlement.shopper_difference_fen,
    }
    words = {"note": checks.note}
    command.note(saved, "collected", detail, words=words, event=EventType.COLLECTED)
    remember(command, saved, PastKind.COLLECTED if checks.items_match else PastKind.MISMATCH)
    command.city.observer.pickup(saved.city, "collected")
    return verdict


def fail_pickup(
    command: Command, plan: DayPlan, event: FailedAtDoor, failure: Failure, note: str | None
) -> Verdict:
    """Takes in that a courier left a door without the goods.

    Raises:
        ServiceError: It cannot be true.
    """
    verdict = tell_courier_event(command, plan, event)
    row = pickups.get(command.tx, pickup_id_of(event.request_id))
    if row is None or verdict.outcome is not Outcome.APPLIED:
        return verdict
    detail = {"reason": failure, "courier_id": event.courier_id}
    words = {"note": note}
    if row.status == PickupStatus.FAILED:
        command.note(row, "failed", detail, words=words, event=EventType.FAILED)
        command.city.observer.pickup(row.city, "failed")
    else:
        command.note(row, "attempt_failed", detail, words=words)
    if failure in _COUNTS_AS:
        remember(command, row, _COUNTS_AS[failure])
    return verdict


def planned_request(command: Command, pickup_id: str) -> str:
    """The id under which a pickup is planned now.

    Raises:
        ServiceError: There is no such pickup in the city.
    """
    row = pickups.get(command.tx, pickup_id)
    if row is None or row.city != command.city.id or not row.request:
        raise not_found("pickup", pickup_id)
    request_id: str = row.request["id"]
    return request_id


def measured(command: Command, pickup_id: str, weight_g: int, volume_ml: int | None) -> Load:
    """The goods as the courier found them; what was not measured is as declared."""
    row = pickups.get(command.tx, pickup_id)
    declared = Load(weight_g=0, volume_ml=0, pieces=1)
    if row is not None:
        declared = fee_from_json(_fee_record(row)).load
    volume_ml = declared.volume_ml if volume_ml is None else volume_ml
    return Load(weight_g=weight_g, volume_ml=volume_ml, pieces=declared.pieces)


def _count_promise(command: Command, plan: DayPlan, pickup: Pickup, event: Event) -> None:
    """Counts whether the promise was kept, the first time somebody is at the door."""
    told = command.city.told(pickup.id)
    before = None if told is None else told.status
    at_door = isinstance(event, Arrived | Collected | FailedAtDoor)
    if at_door and before not in (None, PickupStatus.AT_DOOR, PickupStatus.COLLECTED):
        kept = plan.moment(event.at) <= pickup.promise_end_at
        command.city.observer.promise(pickup.city, kept=kept)


def _settlement(pickup: Pickup, checks: Checks, at: datetime) -> Settlement:
    known = pickup.fee.get("settlement")
    already = None if known is None else settlement_from_json(known)
    try:
        return settle(fee_from_json(_fee_record(pickup)), checks.load, at=at, already=already)
    except AlreadySettledError as error:
        raise ServiceError(Code.WRONG_STATE, error.cause, error.action) from error
    except FeeError as error:
        raise ServiceError(Code.INVALID, error.cause, error.action) from error


def _fee_record(pickup: Pickup) -> dict[str, Any]:
    """The quoted fee, without what became of it."""
    return {name: value for name, value in pickup.fee.items() if name != "settlement"}
