"""Couriers who do what a script says, one thing after the other."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.domain.places import Place
from dispatch.live.decisions import Instructions
from dispatch.live.events import Booked, Cancelled, Collected, Departed, Event, RestBegan
from dispatch.live.tasks import Collect, TakeBreak, Task, WaitAt
from dispatch.simulation.policy import Briefing


@dataclass(frozen=True, slots=True)
class CourierScript:
    """What a courier is to do, in order, and the second at which it first leaves."""

    tasks: tuple[Task, ...]
    depart_s: int


class ByScript:
    """Follows scripts; whoever is to collect what is not booked yet goes to the door and waits.

    Args:
        scripts: By courier.
        doors: Of the requests that will be booked, by id.
    """

    def __init__(self, scripts: Mapping[str, CourierScript], doors: Mapping[str, Place]) -> None:
        self._scripts = scripts
        self._doors = doors

    def begin(self, briefing: Briefing) -> None:  # noqa: ARG002
        """Start a day."""
        self._left = {courier_id: list(one.tasks) for courier_id, one in self._scripts.items()}
        self._booked: set[str] = set()
        self._over: set[str] = set()
        self._went: dict[str, str] = {}

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        match event:
            case Booked(_, request):
                self._booked.add(request.id)
                self._went = {
                    who: where for who, where in self._went.items() if where != request.id
                }
            case Collected(request_id=request_id) | Cancelled(request_id=request_id):
                self._over.add(request_id)
            case Departed(_, courier_id, task):
                self._begun(courier_id, task)
            case RestBegan(_, courier_id):
                self._begun(courier_id, TakeBreak())

    def decide(self, at: int) -> Instructions | None:
        """Everybody's next task."""
        told: dict[str, tuple[Task, ...]] = {}
        given: set[str] = set()
        for courier_id, left in self._left.items():
            while left and isinstance(left[0], Collect) and left[0].request_id in self._over:
                del left[0]
            if not left or at < self._scripts[courier_id].depart_s:
                continue
            task = left[0]
            if isinstance(task, Collect):
                if task.request_id in given or self._went.get(courier_id) == task.request_id:
                    continue
                if task.request_id in self._booked:
                    given.add(task.request_id)
                else:
                    door = self._doors[task.request_id]
                    task = WaitAt(lon=door.lon, lat=door.lat)
            told[courier_id] = (task,)
        return Instructions(told)

    def _begun(self, courier_id: str, task: Task) -> None:
        """A task is begun; what was to come before it was passed over."""
        left = self._left.get(courier_id, [])
        if task in left:
            del left[: left.index(task) + 1]
        elif isinstance(task, WaitAt) and left and isinstance(left[0], Collect):
            self._went[courier_id] = left[0].request_id
