"""What is told to couriers."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.live.tasks import Task


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
