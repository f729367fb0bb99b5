"""What couriers are told, and what they tell."""

from datetime import date as calendar_date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from dispatch.api.auth import Courier
from dispatch.api.door import Done, IdempotencyKey, Once, TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import CityId
from dispatch.api.schemas.couriers import (
    Alone,
    AnyTold,
    AtPickup,
    CollectedTold,
    CourierEventBody,
    CourierId,
    DepartedTold,
    FailedTold,
    PositionTold,
    RecoveredTold,
    TaskBody,
    TasksBody,
    UnloadedTold,
    VerdictBody,
)
from dispatch.api.shown import contact_shown, window_body
from dispatch.live import events
from dispatch.live.events import CourierEvent
from dispatch.live.tasks import Collect, Destination, Recover, Unload, WaitAt
from dispatch.live.verdicts import Verdict
from dispatch.service.command import Command
from dispatch.service.day_plan import DayPlan
from dispatch.service.live_city import LiveCity
from dispatch.service.riding import (
    Checks,
    day_of_courier,
    fail_pickup,
    measured,
    planned_request,
    second_told,
    settle_pickup,
    tell_courier_event,
    tell_position,
)
from dispatch.service.tasks import KINDS, CourierTask, status_of, tasks_of
from dispatch.storage import pickups

router = APIRouter(prefix="/cities/{city}/couriers/{courier_id:path}", tags=["couriers"])

_ALONE: dict[str, Any] = {
    "shift_started": events.ShiftStarted,
    "shift_ended": events.ShiftEnded,
    "break_started": events.RestBegan,
    "break_ended": events.Rested,
    "broken_down": events.BrokenDown,
}


@router.get("/tasks", summary="What to do next", responses=problems(404, 409))
def tasks(
    city: CityId,
    courier_id: Annotated[CourierId, Path()],
    door: TheDoor,
    caller: Courier,
    date: calendar_date | None = None,
) -> TasksBody:
    """What to set out for by now, and what comes after it; who has nothing waits."""
    caller.refuse_other_city(city)
    live = door.service.city(city)
    plan = day_of_courier(live, courier_id, date)
    return TasksBody(
        courier_id=courier_id,
        date=plan.date,
        status=status_of(plan, courier_id),
        tasks=[_task_body(door, live, one) for one in tasks_of(plan, courier_id)],
        revision=0 if plan.revision is None else plan.revision.number,
    )


@router.post(
    "/events",
    summary="Tell what happened",
    response_model=VerdictBody,
    responses=problems(404, 409),
)
def tell(
    city: CityId,
    courier_id: Annotated[CourierId, Path()],
    body: CourierEventBody,
    request: Request,
    door: TheDoor,
    caller: Courier,
    key: IdempotencyKey = None,
) -> Response | VerdictBody:
    """In any order, any number of times: what is known already changes nothing.

    What cannot be true as things stand is refused, and says what stands against it. Whoever says
    to have collected a pickup is believed.
    """
    caller.refuse_other_city(city)
    live = door.service.city(city)
    told = body.root
    if isinstance(told, PositionTold):
        plan = day_of_courier(live, courier_id, told.date)
        at = second_told(plan, told.at, live.clock.now())
        event = events.Position(at, courier_id, told.lon, told.lat)
        return _verdict_body(tell_position(live, plan, event))

    def work(command: Command) -> Done:
        plan = day_of_courier(live, courier_id, told.date)
        return Done(200, _verdict_body(_take_in(command, plan, courier_id, told)))

    return door.in_city(live, Once(request, caller, key, body), work)


def _take_in(command: Command, plan: DayPlan, courier_id: str, told: AnyTold) -> Verdict:
    at = second_told(plan, told.at, command.now)
    match told:
        case CollectedTold():
            request_id = planned_request(command, told.pickup_id)
            collected = events.Collected(at, courier_id, request_id, told.weight_g)
            checks = Checks(
                load=measured(command, told.pickup_id, told.weight_g, told.volume_ml),
                items_match=told.items_match,
                packed=told.packed,
                note=told.note,
            )
            return settle_pickup(command, plan, collected, checks)
        case FailedTold():
            request_id = planned_request(command, told.pickup_id)
            failed = events.FailedAtDoor(at, courier_id, request_id, told.reason)
            return fail_pickup(command, plan, failed, told.reason, told.note)
        case _:
            return tell_courier_event(command, plan, _event(command, at, courier_id, told))


def _event(command: Command, at: int, courier_id: str, told: AnyTold) -> CourierEvent:
    """An event without consequences for money or standing."""
    match told:
        case DepartedTold():
            return events.Departed(at, courier_id, _destination(command, told))
        case AtPickup():
            kind = events.Arrived if told.type == "arrived" else events.Refused
            return kind(at, courier_id, planned_request(command, told.pickup_id))
        case UnloadedTold():
            return events.Unloaded(at, courier_id, told.hub_id)
        case RecoveredTold():
            return events.LoadRecovered(at, courier_id, told.broken_courier_id)
        case Alone():
            event: CourierEvent = _ALONE[told.type](at, courier_id)
            return event
        case _:
            raise TypeError(f"{told.type} is told elsewhere")


def _destination(command: Command, told: DepartedTold) -> Destination:
    if told.pickup_id is not None:
        return Collect(planned_request(command, told.pickup_id))
    if told.hub_id is not None:
        return Unload(told.hub_id)
    return Recover(told.recover_courier_id or "")


def _verdict_body(verdict: Verdict) -> VerdictBody:
    return VerdictBody.model_validate({"outcome": verdict.outcome, "why": verdict.why})


def _task_body(door: TheDoor, city: LiveCity, one: CourierTask) -> TaskBody:
    body = TaskBody.model_validate(
        {
            "kind": KINDS[type(one.task)],
            "committed": one.committed,
            "start_at": one.start_at,
            "end_at": one.end_at,
            "pickup_id": one.pickup_id,
        }
    )
    match one.task:
        case Unload(hub_id):
            return body.model_copy(update={"hub_id": hub_id})
        case Recover(courier_id):
            return body.model_copy(update={"courier_id": courier_id})
        case WaitAt(lon=lon, lat=lat):
            return body.model_copy(update={"lon": lon, "lat": lat})
        case Collect():
            return _with_door(door, city, body)
        case _:
            return body


def _with_door(door: TheDoor, city: LiveCity, body: TaskBody) -> TaskBody:
    """With the door and whom to ask for; a place that is only held has neither yet."""
    with door.service.database.read() as tx:
        row = pickups.get(tx, body.pickup_id or "")
    if row is None or not row.request:
        return body
    place = row.request["place"]
    return body.model_copy(
        update={
            "lon": place["lon"],
            "lat": place["lat"],
            "promise": window_body(row, city.zone),
            "contact": contact_shown(row, in_full=True),
        }
    )
