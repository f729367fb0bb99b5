"""The rule that answers shoppers in all comparisons of policies.

A window is promised if three things hold, reckoned from what is known when the shopper asks:

1. *There is time.* For each span of the day that holds the window, the work promised inside that
   span and the new pickup together take at most ``usable_share`` of the time that the couriers
   of its class are on shift in it (``promised_work``). Work is the planned time at the door plus a
   way: what the couriers of the class drove and unloaded for each door so far today, and on
   a day before (``Habits``).
2. *Somebody can be there.* Some courier of the class on shift in the window, who is done by then
   with what it is doing, rings 10 minutes before the window's end or earlier.
3. It is done by the end of that courier's shift; its way home is not counted.

4. Where the policy itself promises (``Promising``): its plan has a place for the pickup.

Where it fails for the windows asked for, the earliest later window of the grid that passes is
promised; where none does, the request is refused.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from dispatch.domain.places import Window
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from dispatch.live.events import Booked, Cancelled, Collected, Event, FailedAtDoor
from dispatch.sampling.demand import GRID_H, HOUR_S, WINDOW_S
from dispatch.simulation.board import Board, KnownCourier
from dispatch.simulation.eligibility import usual_couriers
from dispatch.simulation.habits import FIRST_GUESS, Habits
from dispatch.simulation.policy import Answer, Briefing, Policy, Promising
from dispatch.simulation.promised_work import PromisedWork

FULL = "couriers are booked up"
TOO_FAR = "no courier can be there in time"
NO_PLACE = "the plan has no place for it"

_BUFFER_S = 600
"""Kept between the planned ring and the end of the window."""


class EarliestWindow:
    """The rule; see the module.

    Args:
        habits: From a day before.
        usable_share: Of shift time that may be promised away.
        policy: Must agree, if it is one that promises.
    """

    def __init__(
        self,
        habits: Habits | None = None,
        *,
        usable_share: float = 0.85,
        policy: Policy | None = None,
    ) -> None:
        self._habits = habits or FIRST_GUESS
        self._promising: Promising | None = policy if isinstance(policy, Promising) else None
        self._usable_share = usable_share

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._briefing = briefing
        self._board = Board(briefing)
        self._couriers: dict[PickupClass, list[KnownCourier]] = {
            kind: [
                self._board.couriers[courier.id]
                for courier in usual_couriers(kind, briefing.couriers)
            ]
            for kind in PickupClass
        }
        self._promised = {
            kind: PromisedWork(couriers, round(self._habits.mean_s(kind)))
            for kind, couriers in self._couriers.items()
        }

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        self._board.observe(event)
        match event:
            case Booked(_, request):
                promised = self._promised[request.pickup_class]
                span = self._briefing.span(request.windows[0])
                promised.add(request.id, span, self._door_s(request))
            case (
                Cancelled(request_id=request_id)
                | Collected(request_id=request_id)
                | FailedAtDoor(request_id=request_id)
            ):
                self._visited(request_id)

    def _visited(self, request_id: str) -> None:
        """Keep the books: a pickup is over, or is to be visited again."""
        again = self._board.open.get(request_id)
        if again is not None:
            promised = self._promised[again.request.pickup_class]
            promised.add(request_id, (again.start_s, again.end_s), again.work_s)
            return
        for promised in self._promised.values():
            promised.remove(request_id)

    def habits(self) -> Habits:
        """What this day has shown."""
        return Habits(ways=self._board.ways)

    def answer(self, at: int, request: PickupRequest) -> Answer:
        """One of the windows asked for, a later one, or a refusal."""
        kind = request.pickup_class
        door_s = self._door_s(request)
        way_s = self._habits.today_s(kind, self._board.ways[kind])
        arrivals = self._arrivals(at, request, float(way_s[at // HOUR_S % len(way_s)]))
        why = TOO_FAR
        for window in self._windows(at, request):
            span = self._briefing.span(window)
            if not self._can_be_there(arrivals, span, door_s):
                why = TOO_FAR
            elif not self._promised[kind].fits(
                at, span, door_s, way_s=way_s, usable_share=self._usable_share
            ):
                why = FULL
            elif self._promising is not None and not self._promising.fits(at, request, window):
                why = NO_PLACE
            else:
                return Answer(window, "" if window in request.windows else why)
        return Answer(None, why)

    def _windows(self, at: int, request: PickupRequest) -> Iterator[Window]:
        """Those asked for, then later ones of the grid."""
        yield from request.windows
        midnight_at = self._briefing.midnight_at
        after_s = max(at, self._briefing.seconds(request.windows[0].start_at) + 1)
        for hour in GRID_H:
            if hour * HOUR_S >= after_s:
                start_at = midnight_at + timedelta(hours=hour)
                window = Window(start_at, start_at + timedelta(seconds=WINDOW_S))
                if window not in request.windows:
                    yield window

    def _arrivals(self, at: int, request: PickupRequest, way_s: float) -> list[tuple[float, int]]:
        """For each courier the earliest it can be at the door, and the end of its shift."""
        kind = request.pickup_class
        found = []
        by_class: defaultdict[str, list[KnownCourier]] = defaultdict(list)
        for known in self._couriers[kind]:
            if known.on_shift or known.shift[0] >= at:
                by_class[known.courier.vehicle_class].append(known)
        for vehicle_class, couriers in by_class.items():
            places = [known.place for known in couriers]
            drives_s, _ = self._briefing.ways.between(places, [request.place], vehicle_class, at)
            for known, drive_s in zip(couriers, drives_s[:, 0].tolist(), strict=True):
                ready_s: float = max(at, known.shift[0])
                if known.on_shift and not known.free:
                    ready_s = max(ready_s, known.left_s + way_s)
                found.append((ready_s + drive_s, known.shift[1]))
        return found

    def _can_be_there(
        self, arrivals: list[tuple[float, int]], span: tuple[int, int], door_s: int
    ) -> bool:
        return any(
            arrive_s <= span[1] - _BUFFER_S and max(arrive_s, span[0]) + door_s <= leave_s
            for arrive_s, leave_s in arrivals
        )

    def _door_s(self, request: PickupRequest) -> int:
        settings = self._briefing.settings
        return door_time_s(request, settings) + setup_time_s(request, settings)
