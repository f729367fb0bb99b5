"""What couriers do when told: collect, unload, rest, go somewhere and wait."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.domain.places import Place
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from dispatch.live import events, tasks
from dispatch.simulation.eligibility import load_of, may_collect
from dispatch.simulation.fates import Fate
from dispatch.simulation.instructions import InstructionError
from dispatch.simulation.records import Outcome, RequestRecord
from dispatch.simulation.recovering import Recoveries
from dispatch.simulation.riders import Doing, Rider
from dispatch.simulation.road import Road

NOBODY_HOME = "nobody at home"
"""Reason of a ``FailedAtDoor`` of this world."""

SHUT_DOOR_S = 180
"""How long a courier waits at a door that stays shut."""


@dataclass(slots=True)
class Promised:
    """A promised pickup: the request as promised, its fate, and what became of it so far.

    Attributes:
        request: As promised.
        fate: What will happen to it.
        record: What is kept of it.
        opens_s: Before this nobody answers the bell.
        rider: Who is on the way to it or at its door.
        done: Whether there is nothing to collect any more.
        refused_by: Who will not do it.
    """

    request: PickupRequest
    fate: Fate
    record: RequestRecord
    opens_s: int
    rider: Rider | None = None
    done: bool = False
    refused_by: str | None = None


class Rides:
    """Lets couriers do what they were told.

    Args:
        road: Moves them about.
        promised: Promised pickups by id; may grow.
        riders: All couriers by id.

    Attributes:
        refused: Whether a courier has refused a pickup; put back by whoever reads it.
    """

    def __init__(
        self, road: Road, promised: Mapping[str, Promised], riders: Mapping[str, Rider]
    ) -> None:
        self._road = road
        self._promised = promised
        self._hubs = {hub.id: hub for hub in road.briefing.hubs}
        self._recoveries = Recoveries(road, riders)
        self.refused = False

    def begin_task(self, at: int, rider: Rider, task: tasks.Task) -> None:
        """Let a free courier begin a task; what has become needless is passed over.

        Raises:
            InstructionError: It cannot be done by this courier, or not now.
        """
        courier_id = rider.courier.id
        match task:
            case tasks.Collect(request_id):
                self._begin_pickup(at, rider, request_id, task)
            case tasks.Unload(hub_id):
                hub = self._hubs.get(hub_id)
                if hub is None or hub_id not in rider.courier.hub_ids:
                    raise InstructionError(f"{courier_id} may not unload at hub {hub_id}")
                self._road.set_out(at, rider, task)
                self._road.drive(at, rider, hub.place, 1.0, self._reach_hub)
            case tasks.TakeBreak():
                self._begin_break(at, rider, task)
            case tasks.WaitAt(lon=lon, lat=lat):
                self._road.set_out(at, rider, task)
                self._road.drive(at, rider, Place(lon=lon, lat=lat), 1.0, self._reach_place)
            case tasks.Recover():
                self._recoveries.begin(at, rider, task)

    def _begin_pickup(self, at: int, rider: Rider, request_id: str, task: tasks.Collect) -> None:
        courier = rider.courier
        pickup = self._promised.get(request_id)
        if pickup is None:
            raise InstructionError(f"{courier.id} is sent to {request_id}, which is not booked")
        if pickup.done or pickup.rider is not None:
            # Told before it was called off or taken by another: nothing to do any more.
            return
        if pickup.refused_by == courier.id:
            raise InstructionError(f"{courier.id} has refused {request_id}; send somebody else")
        request = pickup.request
        if not may_collect(courier, request):
            raise InstructionError(
                f"{courier.id} may not collect {request_id}: it takes a crew of 2"
            )
        if not rider.has_room(load_of(request)):
            raise InstructionError(
                f"{courier.id} has no room for {request_id}; let it unload first"
            )
        if pickup.fate.refused and pickup.refused_by is None:
            pickup.refused_by = courier.id
            self.refused = True
            self._road.tell(events.Refused(at, courier.id, request_id))
            return
        pickup.rider = rider
        self._road.set_out(at, rider, task)
        self._road.drive(at, rider, request.place, pickup.fate.drive_factor, self._reach_door)

    def _pickup_of(self, rider: Rider) -> Promised:
        if not isinstance(rider.task, tasks.Collect):
            raise RuntimeError(f"{rider.courier.id} is at a door without a pickup")
        return self._promised[rider.task.request_id]

    def _reach_door(self, at: int, rider: Rider) -> None:
        pickup = self._pickup_of(rider)
        rider.doing = Doing.AT_DOOR
        self._road.tell(events.Arrived(at, rider.courier.id, pickup.request.id))
        self._road.later(max(at, pickup.opens_s), rider, self._ring)

    def _ring(self, at: int, rider: Rider) -> None:
        pickup = self._pickup_of(rider)
        rider.rang_s = at
        pickup.record.visits += 1
        first = pickup.record.visits == 1
        if first:
            pickup.record.rang_s = at
        settings, request = self._road.briefing.settings, pickup.request
        setup_s = setup_time_s(request, settings)
        if request.address_id is not None and request.address_id == rider.address:
            setup_s = 0
        if first and pickup.fate.nobody_home:
            self._road.later(at + setup_s + SHUT_DOOR_S, rider, self._give_up)
            return
        door_s = round(door_time_s(request, settings) * pickup.fate.door_factor)
        self._road.later(at + setup_s + door_s, rider, self._collect)

    def _give_up(self, at: int, rider: Rider) -> None:
        pickup = self._pickup_of(rider)
        pickup.record.outcome = Outcome.NOBODY_HOME
        briefing = self._road.briefing
        pickup.opens_s = at + briefing.retry_after_s
        pickup.done = pickup.record.visits >= briefing.most_attempts
        self._leave_door(at, rider, pickup)
        self._road.tell(events.FailedAtDoor(at, rider.courier.id, pickup.request.id, NOBODY_HOME))
        self._road.free(at, rider)

    def _collect(self, at: int, rider: Rider) -> None:
        pickup = self._pickup_of(rider)
        said_g, volume_ml, pieces = load_of(pickup.request)
        weight_g = round(said_g * pickup.fate.weight_factor)
        pickup.record.overloaded = not rider.has_room((weight_g, volume_ml, pieces))
        carried_g, carried_ml, carried = rider.load
        rider.load = (carried_g + weight_g, carried_ml + volume_ml, carried + pieces)
        rider.bulky |= pickup.request.pickup_class is PickupClass.BULKY
        pickup.done = True
        pickup.record.outcome = Outcome.COLLECTED
        pickup.record.collected_s = at
        pickup.record.courier_id = rider.courier.id
        rider.record.pickups += 1
        self._leave_door(at, rider, pickup)
        self._road.tell(events.Collected(at, rider.courier.id, pickup.request.id, weight_g))
        self._road.free(at, rider)

    def _leave_door(self, at: int, rider: Rider, pickup: Promised) -> None:
        rider.record.door_s += at - (at if rider.rang_s is None else rider.rang_s)
        rider.record.ended_s = at
        rider.address = pickup.request.address_id
        pickup.rider = None

    def _reach_hub(self, at: int, rider: Rider) -> None:
        rider.doing = Doing.UNLOADING
        hub = self._hubs[rider.task.hub_id] if isinstance(rider.task, tasks.Unload) else None
        if hub is None:
            raise RuntimeError(f"{rider.courier.id} is at a hub without an unloading")
        spans = [self._road.briefing.span(window) for window in hub.hours]
        opens_s = min((max(at, start) for start, end in spans if at <= end), default=at)
        takes_s = hub.unload_fixed_s + hub.unload_per_piece_s * rider.load[2]

        def unloaded(at: int, rider: Rider) -> None:
            rider.load, rider.bulky = (0, 0, 0), False
            rider.record.unload_s += takes_s
            rider.record.ended_s = at
            rider.address = None
            self._road.tell(events.Unloaded(at, rider.courier.id, hub.id))
            self._road.free(at, rider)

        self._road.later(opens_s + takes_s, rider, unloaded)

    def _begin_break(self, at: int, rider: Rider, task: tasks.TakeBreak) -> None:
        if rider.rest is None or rider.record.rest is not None:
            raise InstructionError(f"{rider.courier.id} has no break to take")
        opens_s, _, length_s = rider.rest
        rider.doing, rider.task = Doing.RESTING, task
        rider.token += 1

        def begin(at: int, rider: Rider) -> None:
            self._road.tell(events.RestBegan(at, rider.courier.id))
            self._road.later(at + length_s, rider, end)

        def end(at: int, rider: Rider) -> None:
            rider.record.rest = (at - length_s, at)
            self._road.tell(events.Rested(at, rider.courier.id))
            self._road.free(at, rider)

        if at < opens_s:
            self._road.later(opens_s, rider, begin)
        else:
            begin(at, rider)

    def _reach_place(self, at: int, rider: Rider) -> None:
        rider.record.ended_s = at
        self._road.tell(events.Position(at, rider.courier.id, rider.place.lon, rider.place.lat))
        self._road.free(at, rider)
