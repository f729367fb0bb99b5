"""Where events are sent, what could not be delivered, and sending it again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from dispatch.api.auth import Caller, Returns
from dispatch.api.door import Done, IdempotencyKey, Once, Show, TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.pickups import RecordId
from dispatch.api.schemas.webhooks import (
    EndpointBody,
    EndpointList,
    EndpointRequest,
    EndpointWithSecret,
    FailureBody,
    FailureList,
    ResendBody,
)
from dispatch.service.errors import Code, invalid, not_found
from dispatch.storage import deliveries, endpoints
from dispatch.storage.endpoints import Endpoint
from dispatch.webhooks.addresses import AddressRules, ForbiddenAddressError
from dispatch.webhooks.subscribing import checked_url, new_endpoint, with_new_secret

router = APIRouter(tags=["webhooks"])


@router.get("/webhook-endpoints", summary="Where events are sent", responses=problems())
def list_endpoints(door: TheDoor, caller: Returns) -> EndpointList:
    """Yours."""
    with door.service.database.read() as tx:
        found = endpoints.of_client(tx, caller.client_id)
    return EndpointList(endpoints=[_body(one) for one in found])


@router.post(
    "/webhook-endpoints",
    summary="Send events to an address",
    status_code=201,
    response_model=EndpointWithSecret,
    responses=problems(409),
)
def add(
    body: EndpointRequest,
    request: Request,
    door: TheDoor,
    caller: Returns,
    key: IdempotencyKey = None,
) -> Response:
    """Over https to the public internet only; the secret is shown this once."""
    for city in body.cities:
        caller.refuse_other_city(city)
    rules: AddressRules = request.app.state.addresses
    try:
        url = checked_url(body.url, rules)
    except ForbiddenAddressError as error:
        raise invalid("url", error.cause, error.action, code=Code.ENDPOINT_REFUSED) from error

    def work(tx: Connection) -> Done:
        made = new_endpoint(
            client_id=caller.client_id,
            url=url,
            event_types=body.event_types,
            cities=body.cities or sorted(caller.key.cities),
            at=_now(),
        )
        endpoints.insert(tx, made)
        return Done(201, _with_secret(made), made.id)

    return door.elsewhere(Once(request, caller, key, body), work, _showing(caller))


@router.delete(
    "/webhook-endpoints/{endpoint_id}",
    summary="Send nothing there any more",
    status_code=204,
    responses=problems(404),
)
def remove(endpoint_id: RecordId, door: TheDoor, caller: Returns) -> None:
    """What is still to be delivered there is dropped."""
    with door.service.database.write() as tx:
        _own(tx, endpoint_id, caller)
        endpoints.remove(tx, endpoint_id)


@router.post(
    "/webhook-endpoints/{endpoint_id}/enable",
    summary="Send there again",
    response_model=EndpointBody,
    responses=problems(404, 409),
)
def enable(
    endpoint_id: RecordId,
    request: Request,
    door: TheDoor,
    caller: Returns,
    key: IdempotencyKey = None,
) -> Response:
    """After it was switched off because it answered that it is gone."""

    def work(tx: Connection) -> Done:
        endpoint = replace(
            _own(tx, endpoint_id, caller),
            enabled=True,
            disabled_reason=None,
            updated_at=_now(),
        )
        endpoints.save(tx, endpoint)
        return Done(200, _body(endpoint))

    return door.elsewhere(Once(request, caller, key, None), work)


@router.post(
    "/webhook-endpoints/{endpoint_id}/rotate-secret",
    summary="Sign with a new secret",
    response_model=EndpointWithSecret,
    responses=problems(404, 409),
)
def rotate(
    endpoint_id: RecordId,
    request: Request,
    door: TheDoor,
    caller: Returns,
    key: IdempotencyKey = None,
) -> Response:
    """The old one signs beside it for a day; the new one is shown this once."""

    def work(tx: Connection) -> Done:
        endpoint = with_new_secret(_own(tx, endpoint_id, caller), at=_now())
        endpoints.save(tx, endpoint)
        return Done(200, _with_secret(endpoint), endpoint.id)

    return door.elsewhere(Once(request, caller, key, None), work, _showing(caller))


@router.get("/webhook-failures", summary="What could not be delivered", responses=problems())
def failures(
    door: TheDoor,
    caller: Returns,
    before: RecordId | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FailureList:
    """Given up after every attempt, the newest first."""
    with door.service.database.read() as tx:
        dead = deliveries.dead_of(tx, caller.client_id, before=before, limit=limit)
    return FailureList(
        failures=[
            FailureBody(
                id=one.delivery.id,
                endpoint_id=one.delivery.endpoint_id,
                event_id=one.event.id,
                type=one.event.type,
                pickup_id=one.event.subject,
                occurred_at=one.event.occurred_at,
                attempts=one.delivery.attempts,
                last_status=one.delivery.last_status,
                last_error=one.delivery.last_error,
            )
            for one in dead
        ],
        next_before=dead[-1].delivery.id if len(dead) == limit else None,
    )


@router.post(
    "/webhook-failures/resend",
    summary="Try everything again",
    response_model=ResendBody,
    responses=problems(409),
)
def resend_all(
    request: Request, door: TheDoor, caller: Returns, key: IdempotencyKey = None
) -> Response:
    """That was given up, to endpoints that are enabled."""

    def work(tx: Connection) -> Done:
        count = deliveries.send_again(tx, caller.client_id, at=_now())
        return Done(200, ResendBody(resent=count))

    return door.elsewhere(Once(request, caller, key, None), work)


@router.post(
    "/webhook-failures/{delivery_id}/resend",
    summary="Try one again",
    response_model=ResendBody,
    responses=problems(404, 409),
)
def resend_one(
    delivery_id: RecordId,
    request: Request,
    door: TheDoor,
    caller: Returns,
    key: IdempotencyKey = None,
) -> Response:
    """From the first attempt on."""

    def work(tx: Connection) -> Done:
        count = deliveries.send_again(tx, caller.client_id, at=_now(), delivery_id=delivery_id)
        if not count:
            raise not_found("failed delivery", delivery_id)
        return Done(200, ResendBody(resent=count))

    return door.elsewhere(Once(request, caller, key, None), work)


def _now() -> datetime:
    """The real time, by which events are sent and signed, whatever the service's clock shows."""
    now = datetime.now(UTC)
    # As exactly as the database keeps it, so that an answer that is shown again is the same.
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000)


def _own(tx: Connection, endpoint_id: str, caller: Caller) -> Endpoint:
    found = endpoints.get(tx, endpoint_id)
    if found is None or found.client_id != caller.client_id:
        raise not_found("endpoint", endpoint_id)
    return found


def _showing(caller: Caller) -> Show:
    """Shows an endpoint with its secret, which is kept with the endpoint and nowhere else."""
    return lambda tx, endpoint_id: _with_secret(_own(tx, endpoint_id, caller))


def _body(endpoint: Endpoint) -> EndpointBody:
    return EndpointBody.model_validate(_values(endpoint))


def _with_secret(endpoint: Endpoint) -> EndpointWithSecret:
    return EndpointWithSecret.model_validate(_values(endpoint) | {"secret": endpoint.secret})


def _values(endpoint: Endpoint) -> dict[str, object]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "event_types": sorted(endpoint.event_types),
        "cities": sorted(endpoint.cities),
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason,
        "created_at": endpoint.created_at,
    }
