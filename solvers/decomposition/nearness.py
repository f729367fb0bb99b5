"""How far apart groups of places are, by travel alone: the model knows no coordinates."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from solvers.travel import UNREACHABLE, Travel

_SAMPLES = 8

Seconds = npt.NDArray[np.float64]


def sampled(places: Sequence[int], most: int = _SAMPLES) -> list[int]:
    """At most ``most`` of the places, evenly spread over their order."""
    if len(places) <= most:
        return list(places)
    step = len(places) / most
    return [places[int(number * step)] for number in range(most)]


def drives_between(travel: Travel, groups: Sequence[Sequence[int]]) -> Seconds:
    """Typical seconds from one group of locations to another, shape (n, n).

    For each place of the first group the nearest of the second, on average; groups are sampled.
    An empty group is as far as the farthest. Unreachable pairs count as a day.
    """
    chosen = [sampled(group) for group in groups]
    flat = [place for group in chosen for place in group]
    result = np.zeros((len(groups), len(groups)))
    if not flat:
        return result
    drives = np.asarray(travel.matrices(flat)[0].min(axis=0), dtype=np.float64)
    drives[drives == UNREACHABLE] = 86_400
    edges = np.cumsum([0, *(len(group) for group in chosen)])
    for row in range(len(groups)):
        for column in range(len(groups)):
            block = drives[edges[row] : edges[row + 1], edges[column] : edges[column + 1]]
            result[row, column] = block.min(axis=1).mean() if block.size else drives.max()
    return result


def local_drive_s(travel: Travel, places: Sequence[int], rank: int) -> float:
    """Seconds from a place to its ``rank``-th nearest neighbour, on average over a sample."""
    chosen = sampled(places, 300)
    if len(chosen) < 2:
        return 0.0
    drives = np.sort(travel.matrices(chosen)[0].min(axis=0).astype(np.float64), axis=1)
    column = min(rank, len(chosen) - 1)
    nearest = drives[:, column]
    return float(np.minimum(nearest, 86_400).mean())


def drives_from(
    travel: Travel, places: Sequence[int], groups: Sequence[Sequence[int]]
) -> list[float]:
    """Typical seconds from ``places`` to each group of locations, as ``drives_between`` has it.

    An empty group is next door: its vehicle may begin anywhere.
    """
    origins = sampled(places)
    chosen = [sampled(group) for group in groups]
    flat = [*origins, *(place for group in chosen for place in group)]
    drives = np.asarray(travel.matrices(flat)[0].min(axis=0), dtype=np.float64)
    drives[drives == UNREACHABLE] = 86_400
    edges = np.cumsum([len(origins), *(len(group) for group in chosen)])
    result = []
    for number in range(len(groups)):
        block = drives[: len(origins), edges[number] : edges[number + 1]]
        result.append(float(block.min(axis=1).mean()) if block.size else 0.0)
    return result
