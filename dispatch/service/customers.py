"""Forgetting a customer."""

from collections.abc import Mapping
from functools import cache
from math import ceil, floor
from typing import Any

from dispatch.domain.places import Place
from dispatch.service.config import CityConfig
from dispatch.service.days import build_day
from dispatch.service.holding import release
from dispatch.service.service import Service
from dispatch.service.statuses import PickupStatus
from dispatch.storage import audit, holds
from dispatch.storage.audit import Deed
from dispatch.storage.erasing import Erased, erase_customer

ENDED = frozenset({PickupStatus.COLLECTED, PickupStatus.FAILED, PickupStatus.CANCELLED})
"""Nobody is sent to these any more."""

_COARSE = 100
"""Steps of a degree, some 1 km, that are left of where a forgotten customer lives."""


def forget(
    service: Service, *, client_id: str, customer_ref: str, actor: str, request_id: str
) -> Erased:
    """Erases what is known of a customer, but for pickups that are still to be collected.

    The logs of days keep that somebody was called on, within a hundredth of a degree, so that a
    day can go on after a restart. The deed itself is in the audit trail, without the customer's
    reference.

    Raises:
        ServiceError: The customer holds a place in a city that is not open here.
    """
    with service.database.read() as tx:
        held = holds.of_customer(tx, client_id, customer_ref)
    for hold in held:
        with service.city(hold.city).command() as command:
            release(command, hold.id, client_id)

    @cache
    def middle(city: str) -> Place:
        config = CityConfig.model_validate(service.record(city).config)
        return build_day(config, None, service.clock.now().date()).couriers[0].start

    def blur(city: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        return payload if "request" not in payload else blurred(payload, middle(city))

    with service.database.write() as tx:
        erased = erase_customer(tx, client_id, customer_ref, ended=ENDED, blur=blur)
        audit.append(
            tx,
            Deed(
                at=service.clock.now(),
                actor=actor,
                action="customer.forget",
                client_id=client_id,
                request_id=request_id,
                detail={"pickups": erased.pickups, "open_pickups": erased.open_pickups},
            ),
        )
    return erased


def blurred(payload: Mapping[str, Any], towards: Place) -> dict[str, Any]:
    """The event of a booking with a door up to a hundredth of a degree from where it was.

    Args:
        payload: As it stands in the log.
        towards: Somewhere in the city's area. The door moves towards it and not past it, so that
            it stays within the bounds of the area.
    """
    request = payload["request"]
    place = request["place"]
    moved = {
        "lon": _coarse(place["lon"], towards.lon),
        "lat": _coarse(place["lat"], towards.lat),
    }
    return {**payload, "request": {**request, "place": {**place, **moved}, "address_id": None}}


def _coarse(degrees: float, towards: float) -> float:
    if degrees < towards:
        return min(ceil(degrees * _COARSE) / _COARSE, towards)
    return max(floor(degrees * _COARSE) / _COARSE, towards)
