"""What may be inserted together with a stop."""

from dataclasses import dataclass

from solvers.insertions import Visits
from solvers.model import Visit


@dataclass(frozen=True, slots=True)
class Shape:
    """What is inserted with the stop: an unloading right before it, right after it, or both.

    The break may lie between an unloading and the stop, where the base has none.
    """

    before: bool
    after: bool
    rest_in: bool = False
    rest_out: bool = False

    @property
    def unloads(self) -> bool:
        """Whether there is an unloading."""
        return self.before or self.after

    @property
    def rests(self) -> bool:
        """Whether the break is inserted too."""
        return self.rest_in or self.rest_out

    def body(self, stop: int, came: int, comes: int) -> Visits:
        """The visits to insert; ``came`` and ``comes`` are the hubs, -1 where there is none."""
        into = (Visit.hub(came),) if self.before else ()
        out = (Visit.hub(comes),) if self.after else ()
        pause_in = (_PAUSE,) if self.rest_in else ()
        pause_out = (_PAUSE,) if self.rest_out else ()
        return (*into, *pause_in, Visit.stop(stop), *pause_out, *out)


_PAUSE = Visit.break_()
ALONE = Shape(before=False, after=False)
UNLOADING: tuple[Shape, ...] = (
    Shape(before=True, after=False),
    Shape(before=False, after=True),
    Shape(before=True, after=True),
)
RESTING: tuple[Shape, ...] = (
    Shape(before=True, after=False, rest_in=True),
    Shape(before=False, after=True, rest_out=True),
    Shape(before=True, after=True, rest_in=True),
    Shape(before=True, after=True, rest_out=True),
)
