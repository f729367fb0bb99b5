"""Vehicles that break down, and couriers who take over what they carried."""

from collections.abc import Mapping

from dispatch.live import events, tasks
from dispatch.simulation.eligibility import BULKY_CREW_SIZE
from dispatch.simulation.instructions import InstructionError
from dispatch.simulation.riders import Doing, Rider
from dispatch.simulation.road import Road


class Recoveries:
    """Lets couriers take over loads.

    Args:
        road: Moves them about.
        riders: All couriers by id.
    """

    def __init__(self, road: Road, riders: Mapping[str, Rider]) -> None:
        self._road = road
        self._riders = riders

    def begin(self, at: int, rider: Rider, task: tasks.Recover) -> None:
        """Send a free courier to one whose vehicle broke down.

        Raises:
            InstructionError: That one did not break down, or its load cannot be carried.
        """
        courier = rider.courier
        broken = self._broken(rider, task)
        if broken.load == (0, 0, 0):
            # Told before somebody else took it over: nothing to do any more.
            return
        if broken.bulky and courier.crew_size < BULKY_CREW_SIZE:
            raise InstructionError(
                f"{courier.id} may not recover the load of {task.courier_id}: it takes a crew of 2"
            )
        if not rider.has_room(broken.load):
            raise InstructionError(
                f"{courier.id} has no room for the load of {task.courier_id}; let it unload first"
            )
        self._road.set_out(at, rider, task)
        self._road.drive(at, rider, broken.place, 1.0, self._reach)

    def _broken(self, rider: Rider, task: tasks.Recover) -> Rider:
        broken = self._riders.get(task.courier_id)
        if broken is None or broken.doing is not Doing.BROKEN:
            raise InstructionError(
                f"{rider.courier.id} cannot recover a load of {task.courier_id}, who has not "
                "broken down"
            )
        return broken

    def _reach(self, at: int, rider: Rider) -> None:
        rider.doing = Doing.RECOVERING
        self._road.later(at + self._road.briefing.takeover_s, rider, self._take_over)

    def _take_over(self, at: int, rider: Rider) -> None:
        if not isinstance(rider.task, tasks.Recover):
            raise RuntimeError(f"{rider.courier.id} takes over a load without being told to")
        broken = self._broken(rider, rider.task)
        rider.load = (
            rider.load[0] + broken.load[0],
            rider.load[1] + broken.load[1],
            rider.load[2] + broken.load[2],
        )
        rider.bulky |= broken.bulky
        broken.load, broken.bulky, broken.record.stranded = (0, 0, 0), False, 0
        rider.record.unload_s += self._road.briefing.takeover_s
        rider.record.ended_s = at
        self._road.tell(events.LoadRecovered(at, rider.courier.id, broken.courier.id))
        self._road.free(at, rider)
