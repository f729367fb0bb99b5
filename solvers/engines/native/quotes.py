"""What a session answers when asked whether one more stop fits."""

from dataclasses import dataclass, field

from solvers.model import TimeWindow

ChangedRoutes = list[tuple[int, list[int]]]
"""Visits of some vehicles, in the kernel's codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The answer for one window.

    Attributes:
        window: The window asked for.
        fits: Whether the plan with the stop in it is valid and makes no stop that must be served
            late, or later than it is already.
        repaired: Room was made by moving other stops; otherwise every route keeps its order.
        added_cost: What the plan costs more, milli-fen; may be negative. 0 where it does not fit.
        vehicle: Index of the vehicle that would serve the stop; ``None`` where it does not fit.
        position: Place of the stop among the visits of its route.
        start_s: When its service would start.
        revision: State of the session the answer is for.
        routes: What to change in the plan, for the session's own use.
    """

    window: TimeWindow
    fits: bool
    repaired: bool = False
    added_cost: int = 0
    vehicle: int | None = None
    position: int = 0
    start_s: int = 0
    revision: int
    routes: ChangedRoutes = field(default_factory=list, repr=False)


def quote_of(
    window: TimeWindow,
    answer: tuple[bool, bool, int, int, int, ChangedRoutes],
    candidate: int,
    revision: int,
) -> Quote:
    """The kernel's answer; ``candidate`` is the code of the stop asked about."""
    found, repaired, cost, vehicle, start_s, routes = answer
    if not found:
        return Quote(window=window, fits=False, revision=revision)
    position = next(nodes.index(candidate) for by, nodes in routes if by == vehicle)
    return Quote(
        window=window,
        fits=True,
        repaired=repaired,
        added_cost=cost,
        vehicle=vehicle,
        position=position,
        start_s=start_s,
        revision=revision,
        routes=routes,
    )
