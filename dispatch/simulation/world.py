"""The simulated world: what happens to requests and couriers while a policy tells them what to do.

The world knows no policy and a policy knows nothing of the world but events of the past. All
chance comes from streams by name (``dispatch.simulation.streams``), so that every policy meets
the same day.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

from dispatch.domain.requests import PickupRequest
from dispatch.live import events, tasks
from dispatch.live.decisions import Instructions
from dispatch.simulation.agenda import Agenda
from dispatch.simulation.fates import breakdown_s, called_off_s, fate_of, traffic_factors
from dispatch.simulation.instructions import InstructionError
from dispatch.simulation.policy import Acceptance, Briefing, Policy
from dispatch.simulation.records import DayRecord, Outcome, RequestRecord
from dispatch.simulation.riders import Doing, Rider
from dispatch.simulation.rides import Promised, Rides
from dispatch.simulation.road import Road
from dispatch.simulation.scenarios import Scenario


class World:
    """One day, to be run once.

    Args:
        briefing: What is known in the morning; its couriers are those who come.
        requests: Those of the day, with the windows shoppers will ask for.
        scenario: What kind of day it is.
        seed: Of all chance.
        policy: Decides who does what.
        acceptance: Answers shoppers.
        tick_s: Seconds between two ticks of the clock.
        on_progress: Told the second of the day now and then.
    """

    def __init__(
        self,
        briefing: Briefing,
        requests: Sequence[PickupRequest],
        *,
        scenario: Scenario,
        seed: int,
        policy: Policy,
        acceptance: Acceptance,
        tick_s: int = 60,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        self._briefing = briefing
        self._scenario = scenario
        self._seed = seed
        self._policy = policy
        self._acceptance = acceptance
        self._tick_s = tick_s
        self._on_progress = on_progress
        self._agenda = Agenda()
        self._road = Road(briefing, traffic_factors(scenario, seed), self._agenda, self._tell)
        self._record = DayRecord()
        self._riders = {one.id: Rider.of(one, briefing) for one in briefing.couriers}
        self._promised: dict[str, Promised] = {}
        self._rides = Rides(self._road, self._promised, self._riders)
        self._told: dict[str, str] = {}
        self._listed: list[Rider] = []
        self._requests = requests

    def run(self) -> DayRecord:
        """Let the day pass.

        Raises:
            InstructionError: The policy told a courier to do what cannot be done.
        """
        for observer in (self._policy, self._acceptance):
            observer.begin(self._briefing)
        self._fill_agenda()
        while len(self._agenda):
            at = self._agenda.next_s()
            for action in self._agenda.batch():
                action(at)
            self._let_decide(at)
            if self._on_progress is not None:
                self._on_progress(at)
        return self._record

    def _fill_agenda(self) -> None:
        asked = sorted(
            ((self._asked_s(request), number) for number, request in enumerate(self._requests))
        )
        for asked_s, number in asked:
            request = self._requests[number]
            # Whoever asked before the day is answered when the day begins.
            self._agenda.put(max(asked_s, 0), partial(self._ask, request=request))
        for rider in self._riders.values():
            self._record.couriers[rider.courier.id] = rider.record
            self._agenda.put(rider.shift[0], partial(self._road.start_shift, rider=rider))
            after_s = breakdown_s(rider.courier.id, self._scenario, self._seed)
            if after_s is not None and after_s < rider.shift[1] - rider.shift[0]:
                when = rider.shift[0] + round(after_s)
                self._agenda.put(when, partial(self._break_down, rider=rider))
        shifts = [rider.shift for rider in self._riders.values()]
        if shifts:
            first, last = min(start for start, _ in shifts), max(end for _, end in shifts)
            for at in range(first, last, self._tick_s):
                self._agenda.put(at, self._tick)

    def _asked_s(self, request: PickupRequest) -> int:
        return 0 if request.asked_at is None else self._briefing.seconds(request.asked_at)

    def _ask(self, at: int, request: PickupRequest) -> None:
        record = RequestRecord(
            id=request.id,
            place=request.place,
            pickup_class=request.pickup_class,
            asked_s=self._asked_s(request),
            wanted=tuple(self._briefing.span(window) for window in request.windows),
            answered_s=at,
        )
        self._record.requests[request.id] = record
        answer = self._acceptance.answer(at, request)
        if answer.window is None:
            record.refused_because = answer.reason
            return
        record.outcome = Outcome.MISSED
        record.promise = self._briefing.span(answer.window)
        promised = replace(request, windows=(answer.window,))
        fate = fate_of(request.id, self._scenario, self._seed)
        self._promised[request.id] = Promised(promised, fate, record, record.promise[0])
        self._tell(events.Booked(at, promised))
        when = called_off_s(fate, at, record.promise)
        if when is not None:
            self._agenda.put(when, partial(self._cancel, request_id=request.id))

    def _cancel(self, at: int, request_id: str) -> None:
        pickup = self._promised[request_id]
        rider = pickup.rider
        if pickup.done or (rider is not None and rider.rang_s is not None):
            return
        pickup.done = True
        pickup.record.cancelled_s = at
        if pickup.record.rang_s is None:
            pickup.record.outcome = Outcome.CANCELLED
        self._tell(events.Cancelled(at, request_id))
        if rider is None:
            return
        if rider.leg is not None:
            self._road.stop(at, rider)
        rider.record.ended_s = at
        self._tell(events.Position(at, rider.courier.id, rider.place.lon, rider.place.lat))
        self._road.free(at, rider)

    def _break_down(self, at: int, rider: Rider) -> None:
        if rider.doing is Doing.DRIVING and isinstance(rider.task, tasks.Collect):
            self._promised[rider.task.request_id].rider = None
        self._road.break_down(at, rider)

    def _let_decide(self, at: int) -> None:
        """Ask the policy what to do, and again where a courier refuses it."""
        again = True
        while again:
            began = perf_counter()
            instructions = self._policy.decide(at)
            self._record.decide_s.append(perf_counter() - began)
            if instructions is not None:
                self._take(instructions)
            self._rides.refused = False
            for rider in self._listed:
                while rider.doing is Doing.FREE and rider.tasks:
                    self._rides.begin_task(at, rider, rider.tasks.pop(0))
            again = self._rides.refused

    def _take(self, instructions: Instructions) -> None:
        """Replace what couriers were told, and count pickups that change hands."""
        unknown = set(instructions.tasks) - set(self._riders)
        if unknown:
            raise InstructionError(f"there is no courier {sorted(unknown)[0]} on this day")
        seen: dict[str, str] = {}
        for rider in self._listed:
            rider.tasks = []
        self._listed = []
        for courier_id, given in instructions.tasks.items():
            rider = self._riders[courier_id]
            told = list(given)
            if told and told[0] == rider.task:
                told.pop(0)
            if rider.doing not in (Doing.OFF, Doing.BROKEN):
                rider.tasks = told
                self._listed.append(rider)
            for task in told:
                if not isinstance(task, tasks.Collect):
                    continue
                if task.request_id in seen:
                    raise InstructionError(
                        f"{task.request_id} is on the lists of {seen[task.request_id]} and "
                        f"{courier_id}; give it to one of them"
                    )
                seen[task.request_id] = courier_id
                before = self._told.get(task.request_id, courier_id)
                self._record.changes += before != courier_id
                self._told[task.request_id] = courier_id

    def _tick(self, at: int) -> None:
        self._tell(events.Ticked(at))

    def _tell(self, event: events.Event) -> None:
        self._policy.observe(event)
        self._acceptance.observe(event)
