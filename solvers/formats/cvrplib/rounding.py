"""How the real numbers of an instance become the integers of the model."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from solvers.formats.errors import FormatError
from solvers.travel import UNREACHABLE

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Rounding(StrEnum):
    """Conventions under which results are published; a result without one means nothing.

    ``dimacs`` truncates distances and times to one decimal and counts in tenths (12th DIMACS
    Implementation Challenge). ``exact`` counts in thousandths, rounded to the nearest. ``none``
    takes integers as they are; distances of ``EUC_2D`` are then rounded to the nearest integer,
    as TSPLIB 95 defines them.
    """

    DIMACS = "dimacs"
    EXACT = "exact"
    NONE = "none"

    @property
    def scale(self) -> int:
        """Units of the model per unit of the instance."""
        return {Rounding.DIMACS: 10, Rounding.EXACT: 1000, Rounding.NONE: 1}[self]


def scaled(values: npt.ArrayLike, rounding: Rounding, element: str) -> Integers:
    """``values`` of the instance in units of the model.

    Raises:
        FormatError: A value is no finite number, or no integer where the rounding is ``none``.
    """
    given = finite(values, element)
    if rounding is Rounding.DIMACS:
        # Decimals such as 0.3 come out just below their tenth; distances never lie that close.
        return np.asarray(np.floor(given * 10 + 1e-9), dtype=np.int64)
    if rounding is Rounding.EXACT:
        return np.asarray(np.rint(given * 1000), dtype=np.int64)
    return whole(values, element, "choose the rounding 'dimacs' or 'exact'")


def whole(values: npt.ArrayLike, element: str, action: str = "give integers") -> Integers:
    """``values`` as integers.

    Raises:
        FormatError: A value is no integer.
    """
    given = finite(values, element)
    off = np.argwhere(given != np.rint(given))
    if len(off):
        value = given[tuple(off[0])]
        raise FormatError(element, f"{value:g} at entry {_entry(off[0])} is no integer", action)
    return np.asarray(given, dtype=np.int64)


def finite(values: npt.ArrayLike, element: str) -> Floats:
    """``values`` as finite numbers of a size the model can hold.

    Raises:
        FormatError: A value is no number, not finite, or beyond 10^9.
    """
    try:
        given = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise FormatError(element, f"not all entries are numbers ({error})", "repair it") from error
    off = np.argwhere(~(np.abs(given) <= 1e9))
    if len(off):
        value = given[tuple(off[0])]
        cause = f"{value:g} at entry {_entry(off[0])} is not between -1e9 and 1e9"
        raise FormatError(element, cause, "give finite numbers of a usual size")
    return given


def distances(coordinates: Floats, edge_weight_type: str, rounding: Rounding) -> Integers:
    """Scaled Euclidean distances between ``coordinates``, shape (n, 2), as the type defines them.

    Raises:
        FormatError: The type of edge weights is not supported, or a distance is too long.
    """
    apart = coordinates[:, None, :] - coordinates[None, :, :]
    straight = np.hypot(apart[..., 0], apart[..., 1])
    if edge_weight_type == "EUC_2D":
        result = np.rint(straight) if rounding is Rounding.NONE else straight
    elif edge_weight_type == "FLOOR_2D":
        result = np.floor(straight)
    elif edge_weight_type == "CEIL_2D":
        result = np.ceil(straight)
    else:
        cause = f"'{edge_weight_type}' is not supported"
        action = "use EUC_2D, FLOOR_2D, CEIL_2D or EXPLICIT"
        raise FormatError("EDGE_WEIGHT_TYPE", cause, action)
    return travel_matrix(scaled(result, rounding, "distances"))


def travel_matrix(values: Integers) -> Integers:
    """``values``, if the model can hold them as distances.

    Raises:
        FormatError: A value is negative or too large.
    """
    off = np.argwhere((values < 0) | (values >= UNREACHABLE))
    if len(off):
        value = values[tuple(off[0])]
        cause = f"{value} at entry {_entry(off[0])} is not in 0 .. {UNREACHABLE - 1}"
        raise FormatError("distances", cause, "use smaller, non-negative distances")
    return values


def _entry(index: npt.NDArray[np.intp]) -> str:
    """Position as files count it, from 1."""
    return ", ".join(str(int(part) + 1) for part in index) or "1"
