"""Hubs, where couriers unload."""

from dataclasses import dataclass

from dispatch.domain.places import Place, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A place to unload at.

    Attributes:
        id: Unique in its day.
        place: Where it is.
        hours: When an unloading may start; empty means always.
        unload_fixed_s: Seconds of every unloading.
        unload_per_piece_s: Seconds more for each piece carried.
    """

    id: str
    place: Place
    hours: tuple[Window, ...]
    unload_fixed_s: int
    unload_per_piece_s: int
