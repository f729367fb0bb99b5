"""One day of a city: its dispatcher, and the log from which that can be built again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import floor

from dispatch.domain.city import CitySettings
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.places import Place
from dispatch.domain.requests import PickupClass
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import (
    Event,
    FailedAtDoor,
    LoadRecovered,
    Position,
    Ticked,
    Unloaded,
)
from dispatch.live.revisions import Revision
from dispatch.live.rules import LiveRules
from dispatch.live.verdicts import Outcome, Verdict
from dispatch.service.crews import can_carry
from dispatch.service.event_log import event_of, kind_of, payload_of, request_id_of
from dispatch.service.requests import Asked
from dispatch.service.revisits import pickup_id_of
from dispatch.service.route_log import rows_of, tasks_of
from dispatch.service.scarcity import Fullness
from dispatch.storage.day_events import DayEvent, LastPosition
from dispatch.storage.day_routes import RouteRow, RouteRows
from dispatch.town import city_of
from geo.service_area import ServiceArea

TAKEN_IN = frozenset({Outcome.APPLIED, Outcome.KEPT})
"""Outcomes of what a plan has to remember."""


class DayPlan:
    """A live day that remembers what it was told.

    Attributes:
        day: Couriers, hubs and settings.
        date: Of the day.
        dispatcher: Its plan.
        changed: Whether anything was told since.
        most_ahead: So much later than the clock an event may be.
        emptied: Couriers who have unloaded, or taken over a load, since the last published plan.
        failed: Requests at whose doors nobody opened since then.

    Args:
        city: Id of the city.
        day: Couriers, hubs and settings.
        rules: Of the day.

    Raises:
        ValueError: The day has no couriers.
        TranslationError: The day does not fit together.
    """

    def __init__(self, city: str, day: Day, rules: LiveRules) -> None:
        self.day = day
        self.date: date = day.settings.date
        self.dispatcher = Dispatcher(day, rules)
        self.changed = False
        self.emptied: set[str] = set()
        self.failed: set[str] = set()
        self._revision: Revision | None = None
        self._fullness: Fullness | None = None
        self._city = city
        self._area = _area_of(day.settings)
        self.most_ahead = timedelta(seconds=rules.most_ahead_s)
        self._midnight_at = datetime.combine(self.date, time(), day.settings.timezone)
        self._seq = 0
        self._unwritten: list[DayEvent] = []
        self._kept_routes: dict[str, RouteRow] = {}
        self._positions: dict[str, LastPosition] = {}

    # Time.

    def second(self, moment: datetime) -> int:
        """Seconds since local midnight of the day, 0 for what was before it."""
        return max(0, floor(moment.timestamp() - self._midnight_at.timestamp()))

    def moment(self, second: int) -> datetime:
        """The moment so many seconds after local midnight, in local time."""
        started = self._midnight_at.timestamp()
        return datetime.fromtimestamp(started + second, self.day.settings.timezone)

    @property
    def ends_at(self) -> datetime:
        """When the last shift is over."""
        return max(courier.shift.end_at for courier in self.day.couriers)

    # Events.

    def tell(self, event: Event, now: datetime) -> Verdict:
        """Tells the dispatcher, and keeps what it took in for the log."""
        verdict = self.dispatcher.tell(event)
        if verdict.outcome not in TAKEN_IN:
            return verdict
        self.changed = True
        if isinstance(event, Unloaded | LoadRecovered):
            self.emptied.add(event.courier_id)
        elif isinstance(event, FailedAtDoor):
            self.failed.add(event.request_id)
        kind = kind_of(event)
        if isinstance(event, Position):
            self._positions[event.courier_id] = LastPosition(
                city=self._city,
                date=self.date,
                courier_id=event.courier_id,
                lon=event.lon,
                lat=event.lat,
                at_s=event.at,
            )
        elif kind is not None:
            self._seq += 1
            about = request_id_of(event)
            self._unwritten.append(
                DayEvent(
                    city=self._city,
                    date=self.date,
                    seq=self._seq,
                    at_s=event.at,
                    kind=kind,
                    pickup_id=None if about is None else pickup_id_of(about),
                    payload=payload_of(event),
                    recorded_at=now,
                )
            )
        return verdict

    def tick(self, now: datetime) -> None:
        """Moves the clock of the plan on to now."""
        self.dispatcher.tell(Ticked(self.second(now)))
        self.changed = True

    def take_unwritten(self) -> list[DayEvent]:
        """What was told since the last call, for the log."""
        taken, self._unwritten = self._unwritten, []
        return taken

    def forget_unwritten(self) -> None:
        """Leaves out of the log what was told since it was last taken, and undone since."""
        self._seq -= len(self._unwritten)
        self._unwritten.clear()

    def changed_routes(self) -> RouteRows:
        """Routes that are others than those last kept, by courier; empty for those now idle."""
        now, kept = rows_of(self.dispatcher.routes()), self._kept_routes
        both = ((one, now.get(one, [])) for one in now | kept)
        return {one: route for one, route in both if route != kept.get(one, [])}

    def routes_are_kept(self, routes: RouteRows) -> None:
        """These are in the database now."""
        self._kept_routes |= routes

    def take_positions(self) -> list[LastPosition]:
        """Positions told since the last call."""
        taken, self._positions = list(self._positions.values()), {}
        return taken

    def restore(
        self,
        log: Sequence[DayEvent],
        positions: Iterable[LastPosition],
        routes: RouteRows,
    ) -> None:
        """Builds the day again from what was kept of it; only for a new one.

        Args:
            log: What was told, in order.
            positions: The last of each courier.
            routes: The last of each courier.
        """
        self._kept_routes = dict(routes)
        events: list[Event] = []
        clock_s = 0
        for row in log:
            clock_s = self._caught_up(events, clock_s, row.at_s, row.recorded_at)
            events.append(event_of(row.kind, row.payload))
            self._seq = row.seq
        for one in positions:
            clock_s = self._caught_up(events, clock_s, one.at_s, None)
            events.append(Position(one.at_s, one.courier_id, one.lon, one.lat))
        if events:
            self.dispatcher.restore(events, tasks_of(routes))
        self.changed = bool(events)

    def _caught_up(
        self, events: list[Event], clock_s: int, at_s: int, recorded_at: datetime | None
    ) -> int:
        """Moves the clock on where the event would be refused as later than it."""
        if at_s <= clock_s + self.most_ahead.total_seconds():
            return clock_s
        clock_s = at_s if recorded_at is None else max(at_s, self.second(recorded_at))
        events.append(Ticked(clock_s))
        return clock_s

    # What is published.

    @property
    def revision(self) -> Revision | None:
        """The last published plan; ``None`` before the first."""
        return self._revision

    def publish(self, revision: Revision) -> None:
        """Makes the plan the last published."""
        midnight_s = self._midnight_at.timestamp()
        self._fullness = Fullness(self.day.couriers, revision, midnight_s)
        self._revision = revision
        self.emptied.clear()
        self.failed.clear()

    def full_percent(self, kind: PickupClass, start_at: datetime, end_at: datetime) -> int | None:
        """How full a window of the published plan is for a class; ``None`` where there is none."""
        return None if self._fullness is None else self._fullness.percent(kind, start_at, end_at)

    # Who can.

    def covers(self, place: Place) -> bool:
        """Whether the place lies in the city's area."""
        return bool(self._area.contains([(place.lon, place.lat)])[0])

    def carriers(self, asked: Asked) -> list[Courier]:
        """Whose crew is large enough, with room enough when empty."""
        load = asked.load
        return [one for one in self.day.couriers if can_carry(one, asked.pickup_class, load)]


def _area_of(settings: CitySettings) -> ServiceArea:
    if settings.service_area is not None:
        return ServiceArea.from_geojson(settings.service_area)
    return ServiceArea.of_city(city_of(settings.city, None))
