"""Asking another source where a routing server gives no answer, if the planner wants that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from geo.routers.errors import RouterUnavailableError
from geo.travel_times import TravelTimes

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, eq=False)
class Answered(Generic[Answer]):
    """An answer, and who gave it.

    Attributes:
        answer: what was asked for.
        source: who gave it.
        fallback_because: why the source asked first did not; None where it did. To be shown
            wherever the answer is.
    """

    answer: Answer
    source: TravelTimes
    fallback_because: RouterUnavailableError | None

    @property
    def is_fallback(self) -> bool:
        """Whether the source asked first gave no answer."""
        return self.fallback_because is not None


def ask_or_fall_back(
    source: TravelTimes, fallback: TravelTimes, ask: Callable[[TravelTimes], Answer]
) -> Answered[Answer]:
    """Ask `source`, and `fallback` for the same where the server behind it does not answer.

    The whole question goes to one or the other, breakpoints and matrices of all vehicle classes
    together: travel times of two sources in one problem would set arcs against each other that
    were measured differently, at departure times that are not the same. So a server that fails
    halfway has its tables dropped.

    Only `RouterUnavailableError` makes it fall back. Places off the map, a class without a
    server or a refused request are errors in the input, and another source would hide them.

    Args:
        source: asked first.
        fallback: asked where the first gives no answer.
        ask: what to ask; called once or twice.
    """
    try:
        return Answered(ask(source), source, None)
    except RouterUnavailableError as error:
        return Answered(ask(fallback), fallback, error)
