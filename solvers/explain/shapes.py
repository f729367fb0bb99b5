"""What may be inserted together with a stop."""

from collections.abc import Iterator
from dataclasses import dataclass

from solvers.insertions import Visits
from solvers.model import Vehicle, Visit


@dataclass(frozen=True, slots=True)
class Shape:
    """What is inserted with the stop: an unloading right before it, right after it, or both.

    The break may lie between an unloading and the stop, where the base has none. A bound holds
    for every hub the vehicle may use.
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

    def bodies(self, vehicle: Vehicle, stop: int) -> Iterator[Visits]:
        """Every body of this shape, with each hub the vehicle may unload at."""
        unloadings = tuple((Visit.hub(hub),) for hub in vehicle.hubs)
        for came in unloadings if self.before else ((),):
            into = (*came, _PAUSE) if self.rest_in else came
            for comes in unloadings if self.after else ((),):
                yield (*into, Visit.stop(stop), *((_PAUSE,) if self.rest_out else ()), *comes)


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
