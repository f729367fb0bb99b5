"""The dispatcher of a live day: told of events, it keeps a plan and publishes revisions of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from dispatch.domain.day import Day
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupRequest
from dispatch.live.city_day import AS_PLANNED, CityDay
from dispatch.live.events import Booked, Changed, CourierEvent, Event, Held, Position, Ticked
from dispatch.live.ledger import Ledger
from dispatch.live.live_plan import LivePlan
from dispatch.live.pace import PaceSeen
from dispatch.live.publishing import checked, instructions, planned_couriers, with_time_for_break
from dispatch.live.quoting import Offer, offers
from dispatch.live.records import LAST_S
from dispatch.live.revisions import News, PlannedCourier, Revision, changes_between
from dispatch.live.rules import LiveRules
from dispatch.live.searching import Search, by_session
from dispatch.live.tasks import RouteTask
from dispatch.live.transitions import apply
from dispatch.live.verdicts import Outcome, Verdict
from solvers.engines.protocol import Limits


class Dispatcher:
    """Follows a day event by event; ``docs/live.md`` says how.

    Has no clock of its own: time is what ``Ticked`` says. With limits in iterations everything
    it does is reproducible.

    Args:
        day: Couriers, hubs and settings; requests, also those known in the morning, come as
            events.
        rules: Of the day.
        seed: Of the searches.
        search: How the plan is made better.

    Raises:
        ValueError: The day has no couriers, or travels by other than straight lines.
        GeoError: The city is not known and has no service area.
        TranslationError: The day does not fit together.
    """

    def __init__(
        self,
        day: Day,
        rules: LiveRules | None = None,
        *,
        seed: int = 0,
        search: Search = by_session,
    ) -> None:
        self._rules = rules or LiveRules()
        self._seed = seed
        self._search = search
        self._day = day
        self._seen = PaceSeen(CityDay(day, self._rules))
        self._pace = AS_PLANNED
        self._city = self._city_today()
        self._news = News(self._rules.at_risk_s)
        self._couriers: Mapping[str, PlannedCourier] = {}
        self._number = 0
        self._searches = 0
        self.ledger = Ledger(day.couriers, day.hubs)
        self._plan = LivePlan(self._city, self._rules, self.ledger)

    def tell(self, event: Event) -> Verdict:
        """Takes in what happened; the plan follows at once, without a search. Never raises."""
        verdict = self._note(event)
        if verdict.outcome is Outcome.APPLIED:
            ticked = isinstance(event, Ticked)
            couriers = self.ledger.couriers if ticked else verdict.courier_ids
            self._plan.follow(self.ledger, verdict.request_ids, couriers)
            if ticked and self._keep_pace():
                self._plan_anew(self._plan.routes())
        return verdict

    def _keep_pace(self) -> bool:
        """Takes on the pace of the day; whether it is another than before."""
        pace = self._seen.pace(self._pace) if self._rules.learn_pace else self._pace
        if pace == self._pace:
            return False
        self._pace = pace
        self._city = self._city_today()
        return True

    def _city_today(self) -> CityDay:
        """The city at the pace of the day, with a margin for drives."""
        pace = self._pace.with_margin(self._rules.drive_margin_permille)
        return CityDay(self._day, self._rules, pace)

    def _plan_anew(self, routes: Mapping[str, Sequence[RouteTask]]) -> None:
        """Plans all that is open, by these routes as far as they go; that counts as told."""
        self._plan = LivePlan(self._city, self._rules, self.ledger, routes)
        self._plan.told()

    @property
    def cost_milli_fen(self) -> int:
        """What the plan costs as it is now."""
        return self._plan.session.cost

    def routes(self) -> dict[str, list[RouteTask]]:
        """What each courier is to do as the plan is now, published or not, by its id.

        In order, without what it does now; couriers with nothing to do are left out.
        """
        return self._plan.routes()

    def covers(self, place: Place) -> bool:
        """Whether the place lies in the box around the city's area, its couriers and hubs."""
        return self._city.covers(place)

    def restore(
        self, events: Iterable[Event], routes: Mapping[str, Sequence[RouteTask]]
    ) -> tuple[Verdict, ...]:
        """Takes in a day so far all at once, far quicker than by ``tell``.

        The plan is built anew from what is known then, and counts as told.

        Args:
            events: What happened, in the order it was told.
            routes: As ``routes`` gave them last. What is not open any more is passed over; open
                requests not on them go where they cost least.

        Returns:
            A verdict for each event.
        """
        verdicts = tuple(self._note(event) for event in events)
        self._keep_pace()
        self._plan_anew(routes)
        return verdicts

    def _note(self, event: Event) -> Verdict:
        """Takes an event into the ledger."""
        why = self._beyond(event)
        if why:
            return Verdict(outcome=Outcome.REFUSED, why=why)
        before = self.ledger.couriers
        courier = before.get(event.courier_id) if isinstance(event, CourierEvent) else None
        verdict = apply(self.ledger, event, self._rules)
        if verdict.outcome is Outcome.APPLIED and courier is not None:
            self._seen.see(event, courier, self.ledger.requests)
        return verdict

    def _beyond(self, event: Event) -> str:
        """What of the event lies outside of what the day is planned for; empty if nothing."""
        place = _place_of(event)
        if place is not None and not self._city.covers(place):
            return f"{place.lon}, {place.lat} lies outside the city's area; correct the place"
        if isinstance(event, Held | Booked | Changed) and event.request.windows:
            promise = self._city.promise(event.request)
            if promise.start_s < 0 or promise.end_s > LAST_S:
                return (
                    f"request '{event.request.id}' is promised for {promise.start_s} to "
                    f"{promise.end_s} s of the day; give times from 0 to {LAST_S}"
                )
        return ""

    def quote(
        self, request: PickupRequest, windows: Sequence[Window], *, repair: int = 0
    ) -> tuple[Offer, ...]:
        """Which of these windows can be promised now, with the buffer of the rules.

        Changes nothing. An offer holds until anything is told or decided; a booking then goes
        where it breaks no promise.

        Args:
            request: What is asked for; its own windows are not looked at.
            windows: Each is asked about by itself.
            repair: Attempts at moving other stops where plain insertion finds no place.

        Raises:
            ValueError: The place lies outside the city's area, or a window ends before it starts.
        """
        self._plan.keep_time_to_spare()
        return offers(
            self._plan,
            self._city,
            request,
            windows,
            buffer_s=self._rules.buffer_s,
            repair=repair,
        )

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Lets no other thread's search or query in between what is done inside."""
        with self._plan.session.turn():
            yield

    def search(self, limits: Limits) -> None:
        """Searches and publishes nothing; other threads may tell and quote meanwhile."""
        self._searches += 1
        self._plan.keep_time_to_spare()
        self._plan.price_what_has_no_room()
        self._search(self._plan.session, limits, self._seed + self._searches)

    def breaks_promises(self) -> bool:
        """Whether the plan as it is breaks a promise that the last published one keeps."""
        return self._news.breaks_promises(self._planned())

    def decide(self, limits: Limits | None = None) -> Revision:
        """Searches within ``limits``, if given, and publishes the plan as it is then.

        Where a promise would be broken that was not before, it searches a second time.

        Raises:
            RuntimeError: The checker finds a violation: nothing is published.
        """
        self._number += 1
        if limits is not None:
            self.search(limits)
        couriers = self._planned()
        if limits is not None and self._news.breaks_promises(couriers):
            # One more try before it is said.
            self.search(limits)
            couriers = self._planned()
        left_out = checked(self._plan, self.ledger.now_s)
        resting = with_time_for_break(self.ledger, self._plan, couriers)
        changes = changes_between(self._couriers, couriers, self._rules.time_tolerance_s)
        self._plan.told()
        self._couriers = couriers
        return Revision(
            number=self._number,
            at=self.ledger.now_s,
            couriers=couriers,
            left_out=left_out,
            instructions=instructions(couriers, self.ledger.now_s, self._rules.lead_s, resting),
            changes=changes,
            decisions=self._news.of(couriers, left_out),
        )

    def _planned(self) -> Mapping[str, PlannedCourier]:
        """The plan as it is, with prices for what has no room in it."""
        self._plan.price_what_has_no_room()
        return planned_couriers(self.ledger, self._plan, self._city)


def _place_of(event: Event) -> Place | None:
    """The place an event brings with it, if it is one on earth."""
    match event:
        case Held(request=request) | Booked(request=request) | Changed(request=request):
            return request.place
        case Position(lon=lon, lat=lat) if -180 <= lon <= 180 and -90 <= lat <= 90:
            return Place(lon=lon, lat=lat)
        case _:
            return None
