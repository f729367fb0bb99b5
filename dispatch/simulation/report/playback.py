"""One day of each policy as data for the map that plays it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place
from dispatch.simulation.records import CourierRecord, Leg, Outcome, RequestRecord
from dispatch.simulation.study import SimulatedDay, StudyResult

_OUTCOMES = {outcome: number for number, outcome in enumerate(Outcome)}


def playback(result: StudyResult) -> Mapping[str, Any] | None:
    """The first seed's day under each policy; ``None`` where nothing moved.

    Times are seconds since local midnight, places WGS84 degrees, longitude first.
    """
    days = _first_days(result)
    moments = [
        second
        for day in days.values()
        for courier in day.record.couriers.values()
        for leg in courier.legs
        for second in (leg.depart_s, leg.arrive_s)
    ]
    if not moments:
        return None
    return {
        "from_s": min(moments) // 900 * 900,
        "to_s": -(-max(moments) // 900) * 900,
        "outcomes": [outcome.value for outcome in Outcome],
        "hubs": [_hub(hub) for hub in result.study.city.hubs],
        "days": [
            {
                "policy": policy,
                "seed": day.seed,
                "couriers": [_courier(one) for one in day.record.couriers.values()],
                "requests": [_request(one) for one in day.record.requests.values()],
            }
            for policy, day in days.items()
        ],
    }


def _first_days(result: StudyResult) -> dict[str, SimulatedDay]:
    """The first simulated day of each policy, in the order of the study."""
    first: dict[str, SimulatedDay] = {}
    for day in result.days:
        first.setdefault(day.policy, day)
    return {policy: first[policy] for policy in result.study.names if policy in first}


def _hub(hub: Hub) -> list[Any]:
    return [hub.id, *_point(hub.place)]


def _courier(courier: CourierRecord) -> dict[str, Any]:
    return {
        "id": courier.id,
        "vehicle": courier.vehicle_class,
        "at": _point(courier.start),
        "shift": [courier.shift_start_s, courier.shift_end_s],
        "rest": courier.rest,
        "broke": courier.broke_down_s,
        "legs": [_leg(leg) for leg in courier.legs],
    }


def _leg(leg: Leg) -> list[float]:
    return [leg.depart_s, leg.arrive_s, *_point(leg.origin), *_point(leg.destination)]


def _request(request: RequestRecord) -> list[Any]:
    promise: Sequence[int | None] = request.promise or (None, None)
    return [
        request.id,
        *_point(request.place),
        request.pickup_class.value,
        request.answered_s,
        *promise,
        request.rang_s,
        request.collected_s,
        _OUTCOMES[request.outcome],
        request.courier_id,
        int(request.moved),
        request.cancelled_s,
    ]


def _point(place: Place) -> list[float]:
    return [round(place.lon, 5), round(place.lat, 5)]
