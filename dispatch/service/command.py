"""One change of a city, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from dispatch.live.events import Event
from dispatch.live.verdicts import Verdict
from dispatch.service.day_plan import TAKEN_IN, DayPlan
from dispatch.service.told import Told
from dispatch.storage import audit, day_events, day_routes, history, outbox, pickups
from dispatch.storage.audit import Deed
from dispatch.storage.day_routes import RouteRows
from dispatch.storage.pickups import Pickup
from dispatch.webhooks.events import EventType

if TYPE_CHECKING:
    from dispatch.service.live_city import LiveCity


class Command:
    """What is told to the plans and written to the database together.

    Attributes:
        city: Where.
        tx: The open transaction.
        now: The moment of the whole command.
        said: What clients know of pickups once it is done.
        holds_taken: When the holds it takes expire, by id.
        holds_gone: Holds it ends.
        stops_changed: Whether it changes where nothing is sold.

    Args:
        city: Where.
        tx: An open transaction.
        now: The moment.
    """

    def __init__(self, city: "LiveCity", tx: Connection, now: datetime) -> None:
        self.city = city
        self.tx = tx
        self.now = now
        self.said: dict[str, Told] = {}
        self.holds_taken: dict[str, datetime] = {}
        self.holds_gone: set[str] = set()
        self.stops_changed = False
        self._touched: dict[date, DayPlan] = {}
        self._routes: list[tuple[DayPlan, RouteRows]] = []

    @property
    def has_told(self) -> bool:
        """Whether a plan was told of anything."""
        return bool(self._touched)

    def tell(self, plan: DayPlan, event: Event) -> Verdict:
        """Tells the plan of a day."""
        verdict = plan.tell(event, self.now)
        if verdict.outcome in TAKEN_IN:
            self._touched[plan.date] = plan
        return verdict

    def take_back(self, plan: DayPlan, undoing: Event) -> None:
        """Tells what undoes everything this command told the plan; none of it is logged."""
        plan.tell(undoing, self.now)
        plan.forget_unwritten()
        self._touched.pop(plan.date, None)

    def write_log(self) -> None:
        """Writes what the plans were told, and what has become of their routes."""
        for plan in self._touched.values():
            day_events.append(self.tx, plan.take_unwritten())
            self.keep_routes(plan)

    def keep_routes(self, plan: DayPlan) -> None:
        """Writes the routes of a plan that are not yet in the database."""
        routes = plan.changed_routes()
        day_routes.put(self.tx, self.city.id, plan.date, routes)
        self._routes.append((plan, routes))

    def has_ended_well(self) -> None:
        """Everything is in the database for good."""
        for plan, routes in self._routes:
            plan.routes_are_kept(routes)

    def save(self, pickup: Pickup, **changes: Any) -> Pickup:
        """Writes a pickup with these changes."""
        saved = pickups.save(self.tx, replace(pickup, updated_at=self.now, **changes))
        self.said[saved.id] = Told.of(saved)
        return saved

    def note(
        self,
        pickup: Pickup,
        kind: str,
        detail: Mapping[str, Any] | None = None,
        *,
        words: Mapping[str, str | None] | None = None,
        event: EventType | None = None,
    ) -> None:
        """Puts a step into the pickup's history, and tells the client where an event is given.

        Args:
            pickup: Which.
            kind: Of the step.
            detail: What there is to say.
            words: What people wrote, which may name somebody: for the history alone.
            event: What the client is told of.
        """
        told = dict(detail or {})
        history.append(
            self.tx,
            pickup_id=pickup.id,
            city=pickup.city,
            client_id=pickup.client_id,
            at=self.now,
            kind=kind,
            detail=told | dict(words or {}),
        )
        if event is not None:
            outbox.put(
                self.tx,
                client_id=pickup.client_id,
                city=pickup.city,
                type=event,
                subject=pickup.id,
                data=_data_of(pickup, self.city.zone) | told,
                at=self.now,
            )

    def audit(
        self,
        *,
        actor: str,
        action: str,
        client_id: str | None,
        subject: str | None = None,
        request_id: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Puts a deed into the audit trail."""
        audit.append(
            self.tx,
            Deed(
                at=self.now,
                actor=actor,
                action=action,
                client_id=client_id,
                city=self.city.id,
                subject=subject,
                request_id=request_id,
                detail=dict(detail or {}),
            ),
        )


def _data_of(pickup: Pickup, zone: ZoneInfo) -> dict[str, Any]:
    """What every event tells of its pickup, in local time; nothing about persons."""
    eta_at = pickup.eta_at
    return {
        "pickup_id": pickup.id,
        "city": pickup.city,
        "status": pickup.status,
        "promise": {
            "start_at": pickup.promise_start_at.astimezone(zone).isoformat(),
            "end_at": pickup.promise_end_at.astimezone(zone).isoformat(),
        },
        "courier_id": pickup.courier_id,
        "eta_at": None if eta_at is None else eta_at.astimezone(zone).isoformat(),
    }
