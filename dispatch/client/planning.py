"""What planners' tools need: the live plan of a city, and what is not sold."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from dispatch.client.transport import Transport, path_of
from dispatch.client.types import Pickup, PickupClass, Received, moment

LockLevel = Literal["courier", "order", "exact"]


class PlannedTask(Received):
    """One task of a courier's route."""

    kind: str
    start_at: AwareDatetime
    end_at: AwareDatetime
    pickup_id: str | None = None
    hub_id: str | None = None
    late_s: int
    slack_s: int | None = None


class PlannedCourier(Received):
    """What a courier does."""

    courier_id: str
    status: str
    leaves_at: AwareDatetime
    tasks: tuple[PlannedTask, ...]


class LeftOut(Received):
    """A promised pickup, or the load of a courier that broke down, that is on no route."""

    pickup_id: str | None = None
    courier_id: str | None = None
    reason: str


class PlanFigures(Received):
    """A plan in numbers."""

    open_pickups: int
    late_pickups: int
    at_risk_pickups: int
    left_out: int
    couriers_at_work: int
    couriers_with_tasks: int
    cost_fen: int


class Plan(Received):
    """The last published plan of a day; ``revision`` is 0 before the first."""

    city: str
    date: date
    revision: int
    at: AwareDatetime | None = None
    figures: PlanFigures
    couriers: tuple[PlannedCourier, ...]
    left_out: tuple[LeftOut, ...]


class StopSale(Received):
    """Where and when nothing is sold; the whole city and both classes where none is named."""

    id: str
    city: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    area: dict[str, Any] | None = None
    pickup_class: PickupClass | None = Field(None, validation_alias="class")
    reason: str
    created_by: str
    created_at: AwareDatetime
    lifted_at: AwareDatetime | None = None


class PlannerClient:
    """Planning in one city.

    Args:
        transport: To the service.
        city: Which.
    """

    def __init__(self, transport: Transport, city: str) -> None:
        self._transport = transport
        self._city = city

    def plan(self, day: date | None = None) -> Plan:
        """The last published plan of a day; of today if left out."""
        params = {"date": None if day is None else day.isoformat()}
        path = path_of("cities", self._city, "plan")
        return Plan.model_validate(self._transport.get(path, params))

    def lock(
        self,
        pickup_id: str,
        courier_id: str,
        *,
        level: LockLevel = "courier",
        start_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Pickup:
        """Fixes who collects a pickup, and with other levels in which order, or when.

        Args:
            pickup_id: Which.
            courier_id: By whom; another than before gives it to that one.
            level: ``order`` also fixes what comes before it, ``exact`` the time.
            start_at: For ``exact``.
            idempotency_key: Of yours, or a new one.
        """
        body = {
            "pickup_id": pickup_id,
            "level": level,
            "courier_id": courier_id,
            "start_at": moment(start_at),
        }
        return self._locked(body, idempotency_key)

    def free(self, pickup_id: str, *, idempotency_key: str | None = None) -> Pickup:
        """Leaves a pickup to the plan again."""
        return self._locked({"pickup_id": pickup_id, "level": "free"}, idempotency_key)

    def _locked(self, body: Mapping[str, Any], idempotency_key: str | None) -> Pickup:
        path = path_of("cities", self._city, "plan", "locks")
        answer = self._transport.post(path, body, idempotency_key=idempotency_key)
        return Pickup.model_validate(answer)

    def stop_selling(
        self,
        starts_at: datetime,
        ends_at: datetime,
        *,
        reason: str,
        area: Mapping[str, Any] | None = None,
        pickup_class: PickupClass | None = None,
        idempotency_key: str | None = None,
    ) -> StopSale:
        """Has no window offered that overlaps with this time.

        Args:
            starts_at: From when on.
            ends_at: Until when.
            reason: For people.
            area: GeoJSON Polygon or MultiPolygon in WGS84; the whole city if left out.
            pickup_class: Both if left out.
            idempotency_key: Of yours, or a new one.
        """
        body = {
            "starts_at": moment(starts_at),
            "ends_at": moment(ends_at),
            "area": area,
            "class": None if pickup_class is None else pickup_class.value,
            "reason": reason,
        }
        path = path_of("cities", self._city, "stop-sales")
        answer = self._transport.post(path, body, idempotency_key=idempotency_key)
        return StopSale.model_validate(answer)

    def stop_sales(self) -> tuple[StopSale, ...]:
        """What is not sold, now or later."""
        answer = self._transport.get(path_of("cities", self._city, "stop-sales"))
        return tuple(StopSale.model_validate(one) for one in answer["stop_sales"])

    def sell_again(self, stop_sale_id: str) -> StopSale:
        """Takes back that something is not sold."""
        path = path_of("cities", self._city, "stop-sales", stop_sale_id)
        return StopSale.model_validate(self._transport.delete(path))
