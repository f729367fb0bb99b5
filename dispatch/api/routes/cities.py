"""Cities and their configuration; the audit trail."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import ValidationError

from dispatch.api.auth import Admin, Anybody
from dispatch.api.day_problems import day_refusal, refusal
from dispatch.api.door import TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import CityId
from dispatch.api.schemas.plans import (
    AuditTrail,
    CityBody,
    CityConfigBody,
    CityList,
    DeedBody,
)
from dispatch.files import DayError
from dispatch.service.config import CityConfig
from dispatch.service.days import build_day
from dispatch.service.errors import Code, FieldError, ServiceError
from dispatch.service.service import Service
from dispatch.storage import audit, cities
from dispatch.storage.audit import Deed

router = APIRouter(tags=["cities"])


@router.get("/cities", summary="Which cities there are", responses=problems())
def list_cities(door: TheDoor, caller: Anybody) -> CityList:
    """Those that your key is for."""
    states = door.service.states()
    with door.service.database.read() as tx:
        records = cities.list_all(tx)
    return CityList(
        cities=[
            CityBody(id=one.id, name=one.config["name"], ready=states.get(one.id, False))
            for one in records
            if caller.key.counts_in(one.id)
        ]
    )


@router.get("/cities/{city}", summary="A city's configuration", responses=problems(404))
def look(city: CityId, door: TheDoor, caller: Admin) -> CityConfigBody:
    """Whole."""
    caller.refuse_other_city(city)
    record = door.service.record(city)
    return CityConfigBody(id=record.id, config=dict(record.config), updated_at=record.updated_at)


@router.put("/cities/{city}", summary="Add or change a city", responses=problems())
def put(
    city: CityId, body: Annotated[dict[str, Any], Body()], door: TheDoor, caller: Admin
) -> CityConfigBody:
    """The whole configuration; it is used some seconds later, with every booking kept.

    `day` holds `city`, `couriers` and `hubs` in the words of the day files, without dates:
    shifts as HH:MM.
    """
    caller.refuse_other_city(city)
    config = _config(door.service, body)
    now = door.service.clock.now()
    with door.service.database.write() as tx:
        cities.put(tx, city, config.model_dump(mode="json"), at=now)
        audit.append(
            tx,
            Deed(
                at=now,
                actor=caller.key.id,
                action="city.put",
                client_id=caller.client_id,
                city=city,
                subject=city,
                request_id=caller.request_id,
                detail={},
            ),
        )
    door.service.look_for_cities()
    record = door.service.record(city)
    return CityConfigBody(id=record.id, config=dict(record.config), updated_at=record.updated_at)


@router.get("/audit", summary="Who did what", responses=problems())
def look_back(
    door: TheDoor,
    caller: Admin,
    city: CityId | None = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditTrail:
    """The newest first; with a key for some cities only what was done in one of them."""
    if city is not None:
        caller.refuse_other_city(city)
    elif caller.key.cities:
        raise ServiceError(
            Code.CITY_NOT_ALLOWED,
            f"the key '{caller.key.id}' is for some cities only",
            "name one of them as city",
        )
    with door.service.database.read() as tx:
        deeds = audit.find(tx, city=city, subject=subject, before=before, limit=limit)
    return AuditTrail(
        deeds=[
            DeedBody(
                id=deed.id,
                at=deed.at,
                actor=deed.actor,
                action=deed.action,
                subject=deed.subject,
                request_id=deed.request_id,
                detail=dict(deed.detail),
            )
            for deed in deeds
        ],
        next_before=deeds[-1].id if len(deeds) == limit else None,
    )


def _config(service: Service, body: dict[str, Any]) -> CityConfig:
    """The configuration, if days can be built from it."""
    try:
        config = CityConfig.model_validate(body)
        day = build_day(config, None, service.clock.now().date())
    except ValidationError as error:
        raise refusal(
            FieldError(".".join(map(str, one["loc"])), one["msg"], "correct this field")
            for one in error.errors(include_url=False)
        ) from error
    except DayError as error:
        raise day_refusal(error, "day") from error
    if not day.couriers:
        raise refusal([FieldError("day.couriers", "there are none", "give at least one")])
    return config
