"""How far a pickup is from the nearest other one, by how many there are.

In a tour through n random points of an area A, the way from one to the next is in proportion to
sqrt(A / n), and so is the distance to the nearest other point (Beardwood, Halton and Hammersley,
"The shortest path through many points", Proc. Cambridge Phil. Soc. 55, 1959; Daganzo, *Logistics
Systems Analysis*, chapter 4). People live in clusters, so that we take the nearest distance
itself, measured on places drawn from the city, instead of the square root.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from dispatch.sampling.population import Population, Xy
from dispatch.simulation.streams import stream

Values = npt.NDArray[np.float64]

_SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)
_DRAWN = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Mean distance to the nearest other place among n of a city.

    Attributes:
        sizes: Numbers of places, in rising order, shape (k,).
        nearest_m: The distance for each, straight, shape (k,).
    """

    sizes: Values
    nearest_m: Values

    def at(self, count: npt.ArrayLike) -> Values:
        """Metres to the nearest other of ``count`` places; a power law between and beyond sizes."""
        wanted = np.log(np.maximum(np.asarray(count, dtype=np.float64), 1.0))
        known, metres = np.log(self.sizes), np.log(self.nearest_m)
        inside = np.interp(wanted, known, metres)
        slope = (metres[-1] - metres[-2]) / (known[-1] - known[-2])
        beyond = np.maximum(wanted - known[-1], 0.0) * slope
        result: Values = np.exp(inside + beyond)
        return result


def spread_of(population: Population) -> Spread:
    """The spread of places drawn from a city's population; the same for the same population."""
    city = population.city
    rng = stream(0, "capacity", "spread", city.name)
    places_m = city.projection.to_xy(population.draw(_DRAWN, rng))
    nearest_m = [_mean_nearest_m(places_m, size, rng) for size in _SIZES]
    return Spread(np.array(_SIZES, dtype=np.float64), np.array(nearest_m))


def _mean_nearest_m(places_m: Xy, size: int, rng: np.random.Generator) -> float:
    """Mean over all places, each among ``size`` of them."""
    samples = len(places_m) // size
    order = rng.permutation(len(places_m))[: samples * size]
    means = []
    for points in places_m[order].reshape(samples, size, 2):
        metres, _ = KDTree(points).query(points, k=2)
        means.append(float(metres[:, 1].mean()))
    return float(np.mean(means))
