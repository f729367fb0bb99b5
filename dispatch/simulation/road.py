"""Couriers on the road: shifts, drives at the pace of the day's traffic, and the way home."""

from collections.abc import Callable

from dispatch.domain.places import Place
from dispatch.live import events
from dispatch.live.tasks import Destination
from dispatch.simulation.agenda import Agenda
from dispatch.simulation.policy import Briefing
from dispatch.simulation.records import Leg
from dispatch.simulation.riders import Doing, Rider

_HOUR_S = 3_600


class Road:
    """Moves couriers about.

    Args:
        briefing: What is known in the morning.
        traffic: Driving time over the planned one by hour of the day.
        agenda: What is to happen.
        tell: Tells everybody of an event.
    """

    def __init__(
        self,
        briefing: Briefing,
        traffic: tuple[float, ...],
        agenda: Agenda,
        tell: Callable[[events.Event], None],
    ) -> None:
        self.briefing = briefing
        self.agenda = agenda
        self.tell = tell
        self._traffic = traffic

    def start_shift(self, at: int, rider: Rider) -> None:
        """A courier is ready to ride."""
        self.tell(events.ShiftStarted(at, rider.courier.id))
        self.free(at, rider)

    def free(self, at: int, rider: Rider) -> None:
        """The courier has nothing to do from now on; it goes home in time if that stays so."""
        if rider.breaks_down:
            self.strand(at, rider)
            return
        rider.doing, rider.task, rider.leg, rider.rang_s = Doing.FREE, None, None, None
        rider.token += 1
        leave_s = rider.shift[1] - self._home_s(at, rider)
        self.later(max(leave_s, at), rider, self._go_home)

    def break_down(self, at: int, rider: Rider) -> None:
        """The courier's vehicle is broken; what is done at a door or hub is finished first."""
        rider.breaks_down = True
        if rider.doing is Doing.DRIVING:
            self.stop(at, rider)
        if rider.doing in (Doing.DRIVING, Doing.FREE):
            self.strand(at, rider)

    def strand(self, at: int, rider: Rider) -> None:
        """The courier stands where it is with what it carries, for the rest of the day."""
        rider.doing, rider.task, rider.leg, rider.rang_s = Doing.BROKEN, None, None, None
        rider.tasks = []
        rider.token += 1
        rider.record.broke_down_s = at
        rider.record.stranded = rider.load[2]
        courier_id = rider.courier.id
        self.tell(events.Position(at, courier_id, rider.place.lon, rider.place.lat))
        self.tell(events.BrokenDown(at, courier_id))

    def stop(self, at: int, rider: Rider) -> None:
        """End a drive on the way."""
        if rider.leg is None:
            return
        rider.leg = rider.leg.until(at)
        rider.place = rider.leg.destination
        self._driven(rider)
        rider.record.ended_s = at

    def _driven(self, rider: Rider) -> None:
        """Keep a drive that is over."""
        leg = rider.leg
        if leg is None:
            return
        rider.record.drive_s += leg.arrive_s - leg.depart_s
        rider.record.distance_m += leg.distance_m
        rider.record.legs.append(leg)
        rider.leg = None

    def set_out(self, at: int, rider: Rider, task: Destination) -> None:
        """The courier is committed to a task from now on."""
        rider.task = task
        self.tell(events.Departed(at, rider.courier.id, task))

    def later(self, when: int, rider: Rider, action: Callable[[int, Rider], None]) -> None:
        """Let something happen to a courier, unless it has been sent elsewhere by then."""
        token = rider.token

        def happen(at: int) -> None:
            if rider.token == token:
                action(at, rider)

        self.agenda.put(when, happen)

    def _home_s(self, at: int, rider: Rider) -> int:
        end = rider.courier.end
        if end is None or end == rider.place:
            return 0
        seconds, _ = self._ways(rider, end, at)
        return seconds

    def _go_home(self, at: int, rider: Rider) -> None:
        self.tell(events.ShiftEnded(at, rider.courier.id))
        rider.doing = Doing.OFF
        rider.token += 1
        rider.tasks = []
        end = rider.courier.end
        if end is not None and end != rider.place:
            seconds, metres = self._ways(rider, end, at)
            seconds = round(seconds * self._traffic_at(at))
            if rider.record.departed_s is None:
                rider.record.departed_s = at
            rider.leg = Leg(rider.place, end, at, at + seconds, metres)
            self._driven(rider)
            rider.record.ended_s = at + seconds

    def _ways(self, rider: Rider, to: Place, at: int) -> tuple[int, int]:
        """Planned seconds and metres of a drive that begins now."""
        seconds, metres = self.briefing.ways.between(
            [rider.place], [to], rider.courier.vehicle_class, at
        )
        return int(seconds[0, 0]), int(metres[0, 0])

    def _traffic_at(self, at: int) -> float:
        return self._traffic[at // _HOUR_S % len(self._traffic)]

    def drive(
        self,
        at: int,
        rider: Rider,
        to: Place,
        factor: float,
        then: Callable[[int, Rider], None],
    ) -> None:
        """Drive to a place, ``factor`` times as long as planned, traffic aside, and go on there."""
        planned_s, metres = self._ways(rider, to, at)
        arrive_s = at + round(planned_s * factor * self._traffic_at(at))
        rider.doing = Doing.DRIVING
        rider.leg = Leg(rider.place, to, at, arrive_s, metres)
        rider.token += 1
        if rider.record.departed_s is None:
            rider.record.departed_s = at

        def arrive(at: int, rider: Rider) -> None:
            rider.place = to
            self._driven(rider)
            then(at, rider)

        self.later(arrive_s, rider, arrive)
