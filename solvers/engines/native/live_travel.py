"""Travel between locations that come and go, for the model and the kernel alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt

from solvers.kernel import Probe, place_dense, place_planar
from solvers.kernel import Travel as KernelTravel
from solvers.travel import UNREACHABLE, Matrix, MatrixTravel, PlanarTravel, Travel

_SPARE = 64
"""Fewest locations for which room is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRows:
    """Drives of one new location by one profile, to and from every location there is.

    Attributes:
        to_s: Seconds from every location to the new one, shape (n,) or (K, n).
        to_m: Metres of the same, shape (n,) or as deep as the profile's distances.
        from_s: Seconds from the new location to every other.
        from_m: Metres of the same.
    """

    to_s: npt.ArrayLike
    to_m: npt.ArrayLike
    from_s: npt.ArrayLike
    from_m: npt.ArrayLike


@dataclass(frozen=True, slots=True)
class PlanarPoint:
    """A new location of a planar profile, in whole projected metres."""

    x_m: int
    y_m: int


Place = Sequence[TravelRows | PlanarPoint]
"""A new location: one entry per travel profile."""


class LiveTravel:
    """The travel sources of a session, with room for locations to come.

    The last location the kernel knows is kept for queries.

    Args:
        sources: One per profile.
    """

    def __init__(self, sources: Sequence[Travel]) -> None:
        self.size = sources[0].size
        self._first_free = self.size
        self._free: list[int] = []
        self.capacity = self.size + max(_SPARE, self.size // 2)
        self._profiles = [_profile(source, self.capacity) for source in sources]
        self._made: tuple[Travel, ...] | None = tuple(sources)
        self._probe = Probe(self.kernel)

    def inherit(self, before: "LiveTravel") -> None:
        """Takes over which locations came later and which are free."""
        self._first_free = before._first_free
        self._free = list(before._free)

    @property
    def kernel(self) -> list[KernelTravel]:
        """The kernel's sources, which change with these."""
        return [profile.kernel for profile in self._profiles]

    @property
    def is_full(self) -> bool:
        """Whether the next location needs a larger copy."""
        return not self._free and self.size == self.capacity - 1

    def is_free(self, location: int) -> bool:
        """Whether nothing uses the location, so that a later place may come to lie there."""
        return location in self._free

    def sources(self) -> tuple[Travel, ...]:
        """Immutable copies as they are now; locations given up keep their last place."""
        if self._made is None:
            self._made = tuple(profile.source(self.size) for profile in self._profiles)
        return self._made

    def probe(self, place: Place) -> Probe:
        """The location kept for queries, put at ``place`` for now; raises as ``checked`` does.

        The arrays of ``place`` must stay as they are while it is in use.
        """
        if len(place) != len(self._profiles):
            self.checked(place)
        self._probe.forget()
        for number, given in enumerate(place):
            self._profiles[number].probe(self._probe, number, self.size, given)
        return self._probe

    def checked(self, place: Place) -> "Drives":
        """The place as the kernel takes it.

        Raises:
            ValueError: It does not fit the profiles; names the profile, the field and the value.
        """
        if len(place) != len(self._profiles):
            raise ValueError(
                f"place has {len(place)} entries for {len(self._profiles)} travel profiles; "
                "give one for each"
            )
        return [
            profile.checked(given, _element(number), self.size)
            for number, (profile, given) in enumerate(zip(self._profiles, place, strict=True))
        ]

    def add(self, drives: "Drives") -> int:
        """A location of its own for ``drives``; there must be room."""
        at = self._free.pop() if self._free else self.size
        count = self.size
        self.size = max(self.size, at + 1)
        for profile, given in zip(self._profiles, drives, strict=True):
            profile.place_in_kernel(at, count, given)
            profile.place(at, count, given)
        self._made = None
        return at

    def give_up(self, location: int) -> None:
        """Lets ``location`` be used again, if it came by ``add``."""
        if location < self._first_free:
            return
        self._free.append(location)
        while self.size - 1 in self._free:
            self._free.remove(self.size - 1)
            self.size -= 1
            self._made = None


class _Planar:
    def __init__(self, source: PlanarTravel, capacity: int) -> None:
        self._like = source
        self._xy_m = np.zeros((capacity, 2), dtype=np.int64)
        self._xy_m[: source.size] = source.xy_m
        self.kernel = KernelTravel.planar(
            self._xy_m,
            source.detour_permille,
            np.array(source.speeds_mm_s, dtype=np.int64),
            np.array(source.breakpoints_s, dtype=np.int64),
        )

    def source(self, size: int) -> Travel:
        return PlanarTravel(
            self._xy_m[:size],
            detour_permille=self._like.detour_permille,
            speeds_mm_s=self._like.speeds_mm_s,
            breakpoints_s=self._like.breakpoints_s,
        )

    def checked(self, given: TravelRows | PlanarPoint, element: str, size: int) -> PlanarPoint:  # noqa: ARG002
        if not isinstance(given, PlanarPoint):
            raise ValueError(
                f"{element} holds travel rows, but its profile is planar; give a point"
            )
        for field in ("x_m", "y_m"):
            value = getattr(given, field)
            if type(value) is not int or abs(value) > 10**8:
                raise ValueError(
                    f"{element}.{field} is {value!r}; give whole metres within 100,000 km"
                )
        return given

    def probe(self, probe: Probe, number: int, count: int, given: TravelRows | PlanarPoint) -> None:
        point = self.checked(given, _element(number), count)
        probe.set_point(number, count, point.x_m, point.y_m)

    def place_in_kernel(self, at: int, count: int, given: "_Checked") -> None:
        point = cast(PlanarPoint, given)
        place_planar(self.kernel, at, count, point.x_m, point.y_m)

    def place(self, at: int, count: int, given: "_Checked") -> None:  # noqa: ARG002
        point = cast(PlanarPoint, given)
        self._xy_m[at] = (point.x_m, point.y_m)


class _Dense:
    def __init__(self, source: Travel, capacity: int) -> None:
        durations, distances = (
            (source.durations, source.distances)
            if isinstance(source, MatrixTravel)
            else source.matrices(range(source.size))
        )
        self._breakpoints_s = source.breakpoints_s
        self._durations = _with_room(durations, capacity)
        self._distances = _with_room(distances, capacity)
        depths = np.array(self._breakpoints_s, dtype=np.int64)
        self.kernel = KernelTravel.dense(self._durations, self._distances, depths)

    def source(self, size: int) -> Travel:
        return MatrixTravel(
            self._durations[:, :size, :size], self._distances[:, :size, :size], self._breakpoints_s
        )

    def checked(self, given: TravelRows | PlanarPoint, element: str, size: int) -> "_Rows":
        if not isinstance(given, TravelRows):
            raise ValueError(f"{element} is a point, but its profile is a matrix; give TravelRows")
        seconds, metres = len(self._durations), len(self._distances)
        rows = (
            _row(given.to_s, f"{element}.to_s", (seconds, size)),
            _row(given.to_m, f"{element}.to_m", (metres, size)),
            _row(given.from_s, f"{element}.from_s", (seconds, size)),
            _row(given.from_m, f"{element}.from_m", (metres, size)),
        )
        for row, field in ((rows[0], "to_s"), (rows[2], "from_s")):
            self._check_slope(row, f"{element}.{field}")
        return rows

    def _check_slope(self, row: Matrix, element: str) -> None:
        for k, (start_s, end_s) in enumerate(pairwise(self._breakpoints_s)):
            now, later = row[k].astype(np.int64), row[k + 1].astype(np.int64)
            open_ = (now != UNREACHABLE) & (later != UNREACHABLE)
            falling = np.flatnonzero(open_ & (now - later > end_s - start_s))
            if len(falling):
                where = int(falling[0])
                raise ValueError(
                    f"{element}[{where}] falls from {now[where]} s at {start_s} to {later[where]} "
                    f"s at {end_s}: leaving later arrives earlier; spread the change of speed"
                )

    def probe(self, probe: Probe, number: int, count: int, given: TravelRows | PlanarPoint) -> None:
        # The kernel takes arrays of the right kind as they are; slopes are checked here.
        if (
            type(given) is TravelRows
            and len(self._breakpoints_s) == 1
            and probe.set_rows(number, count, given.to_s, given.to_m, given.from_s, given.from_m)
        ):
            return
        probe.set_rows(number, count, *self.checked(given, _element(number), count))

    def place_in_kernel(self, at: int, count: int, given: "_Checked") -> None:  # noqa: ARG002
        to_s, to_m, from_s, from_m = cast(_Rows, given)
        place_dense(self.kernel, at, to_s, to_m, from_s, from_m)

    def place(self, at: int, count: int, given: "_Checked") -> None:
        to_s, to_m, from_s, from_m = cast(_Rows, given)
        for matrix, to, from_ in (
            (self._durations, to_s, from_s),
            (self._distances, to_m, from_m),
        ):
            matrix[:, :count, at] = to
            matrix[:, at, :count] = from_
            matrix[:, at, at] = 0


def _element(number: int) -> str:
    """How messages call an entry of a place."""
    return f"place[{number}]"


_Rows = tuple[Matrix, Matrix, Matrix, Matrix]
_Checked = PlanarPoint | _Rows

Drives = list[_Checked]
"""A place that was checked, one entry per profile."""


def _profile(source: Travel, capacity: int) -> _Planar | _Dense:
    if isinstance(source, PlanarTravel):
        return _Planar(source, capacity)
    return _Dense(source, capacity)


def _with_room(matrix: Matrix, capacity: int) -> Matrix:
    size = matrix.shape[1]
    larger = np.zeros((matrix.shape[0], capacity, capacity), dtype=np.int32)
    larger[:, :size, :size] = matrix
    return larger


def _row(values: npt.ArrayLike, element: str, shape: tuple[int, int]) -> Matrix:
    given = np.asarray(values)
    if given.ndim == 1:
        given = given[None]
    if given.dtype.kind not in "iu":
        raise ValueError(f"{element} must hold integers, not {given.dtype}")
    if given.shape != shape:
        raise ValueError(
            f"{element} has shape {given.shape}, must be {shape}: an entry for each location, a "
            "row for each layer of the profile"
        )
    if given.size and (given.min() < 0 or given.max() > UNREACHABLE):
        raise ValueError(
            f"{element} holds {given.min()} .. {given.max()}; values lie in 0 .. {UNREACHABLE}"
        )
    return np.ascontiguousarray(given, dtype=np.int32)
