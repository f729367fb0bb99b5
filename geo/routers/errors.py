"""What can go wrong between us and a routing server, told apart by who can mend it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError


class RouterUnavailableError(GeoError):
    """The server gave no usable answer; the same question to another source may succeed.

    Codes: `router.unreachable`, `router.deadline`, `router.answer`, `router.changed`.
    """


class PlacesTooFarError(GeoError):
    """Places lie farther from every street of the server's map than the limit.

    Attributes:
        points: WGS84 places, shape (n, 2), longitude first.
        distances_m: metres from each to the nearest street, shape (n,).
        limit_m: how far they may lie.
    """

    def __init__(
        self, points: npt.NDArray[np.float64], distances_m: npt.NDArray[np.float64], limit_m: float
    ) -> None:
        """Name the places, the farthest first, ten at most."""
        self.points = points
        self.distances_m = distances_m
        self.limit_m = limit_m
        order = np.argsort(-distances_m, kind="stable")[:10]
        shown = ", ".join(
            f"{points[i, 0]:.6f} {points[i, 1]:.6f} ({distances_m[i]:,.0f} m)" for i in order
        )
        more = " ..." if len(points) > len(order) else ""
        super().__init__(
            "router.too_far",
            f"{len(points)} places are more than {limit_m:g} m from any street of the routing "
            f"server's map: {shown}{more}",
            "correct the coordinates, or use a server whose map covers them",
        )

    def __reduce__(self) -> tuple[type["PlacesTooFarError"], tuple[Any, ...]]:
        """Rebuild from places and distances, so that the error survives a process pool."""
        return type(self), (self.points, self.distances_m, self.limit_m)
