"""What the dispatcher decides: the tasks of couriers, and what there is to say about requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.live.tasks import Collect, Destination, Recover, Task


@dataclass(frozen=True, slots=True)
class Instructions:
    """What each courier does next, in order.

    A courier is committed to the first of its tasks once it departs for it. A courier with no
    tasks, or not named, waits where it is. Instructions replace all earlier ones, but for the
    task a courier is committed to.

    Attributes:
        tasks: By courier id.
    """

    tasks: Mapping[str, tuple[Task, ...]]

    def of(self, courier_id: str) -> tuple[Task, ...]:
        """The courier's tasks, none if it is not named."""
        return self.tasks.get(courier_id, ())


class LeftOut(StrEnum):
    """Why a promised pickup, or a load to recover, is on no route."""

    NOBODY_CAN = "nobody_can"
    """No courier could do it any more, even with nothing else to do."""

    NO_ROOM = "no_room"
    """Somebody could alone, but no way was found to do it beside the others."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A request is planned for a courier: for the first time, again, or for another one."""

    request_id: str
    courier_id: str
    start_s: int


@dataclass(frozen=True, slots=True)
class Resequenced:
    """A courier has the same requests as before, or some of them, in another order."""

    courier_id: str


@dataclass(frozen=True, slots=True)
class Committed:
    """A courier is on its way, and the plan will not move that any more."""

    courier_id: str
    task: Destination


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A promise is kept in the plan with no more than ``slack_s`` seconds to spare."""

    request_id: str
    slack_s: int


@dataclass(frozen=True, slots=True)
class PromiseBroken:
    """A pickup is planned ``late_s`` seconds after its promise, more than was said before."""

    request_id: str
    late_s: int


@dataclass(frozen=True, slots=True)
class Unserved:
    """A promised pickup, or a load to recover, is on no route."""

    task: Collect | Recover
    why: LeftOut


Decision = Assigned | Resequenced | Committed | AtRisk | PromiseBroken | Unserved
