"""Where people of a city live, as far as district figures tell.

Districts are drawn by population. Inside one, people live in neighbourhoods (one for 40,000
residents, about a street office's area) that thin out from the middle of the district, and three
of four requests come from around such a neighbourhood; the others from anywhere in the district.
The figures of this module are assumptions: the catalogue knows nothing below the district.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.cities import City
from geo.errors import GeoError
from geo.roads.snapping import Snapper
from geo.service_area import ServiceArea, served_districts

Xy = npt.NDArray[np.float64]

_RESIDENTS_PER_NEIGHBOURHOOD = 40_000
_NEIGHBOURHOOD_SPREAD_M = 700.0
_NEIGHBOURHOOD_SHARE = 0.85
# Places uniform over a disc have the exponent one half; more draws them to the middle.
_THINNING = 1.0
# Street offices of one city differ in residents by a factor of ten and more.
_SIZE_SIGMA = 0.9
_DECIMALS = 6
# A network that reaches fewer people than this is that of another place.
_LEAST_WITHIN = 0.001
_ENOUGH_DRAWN = 10_000
_DRAWN_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Population:
    """A sketch of a city to draw places from.

    Attributes:
        city: The city.
        area: Its service area; every place drawn lies inside.
        discs_m: Districts as x, y and radius in metres of the city's projection, shape (d, 3).
        shares: Share of the residents by district, shape (d,).
        neighbourhoods_m: Their middles, shape (k, 2).
        weights: Share of the residents by neighbourhood, shape (k,).
        streets: Places must be within reach of these; of none if empty.
    """

    city: City
    area: ServiceArea
    discs_m: Xy
    shares: npt.NDArray[np.float64]
    neighbourhoods_m: Xy
    weights: npt.NDArray[np.float64]
    streets: tuple[Snapper, ...] = ()

    @classmethod
    def of_city(
        cls, city: City, rng: np.random.Generator, streets: tuple[Snapper, ...] = ()
    ) -> "Population":
        """Draw the neighbourhoods of a city."""
        districts = served_districts(city)
        centres = city.projection.to_xy([(d.label_lon, d.label_lat) for d in districts])
        radii = np.sqrt(np.array([d.area_km2 for d in districts]) * 1e6 / np.pi)
        residents = np.array([d.population for d in districts], dtype=np.float64)
        counts = np.maximum(1, np.rint(residents / _RESIDENTS_PER_NEIGHBOURHOOD)).astype(np.int64)
        discs = np.column_stack((centres, radii))
        home = np.repeat(np.arange(len(districts)), counts)
        sizes = rng.lognormal(0.0, _SIZE_SIGMA, len(home))
        totals = np.bincount(home, weights=sizes)
        return cls(
            city=city,
            area=ServiceArea.of_city(city),
            discs_m=discs,
            shares=residents / residents.sum(),
            neighbourhoods_m=_in_discs(discs[home], _THINNING, rng),
            weights=sizes / totals[home] * (residents / residents.sum())[home],
            streets=streets,
        )

    def draw(self, count: int, rng: np.random.Generator) -> Xy:
        """Places inside the service area, WGS84 longitude first, six decimals, shape (n, 2).

        Raises:
            GeoError: `sampling.no_streets`: (almost) nobody lives near the streets.
        """
        found: Xy = np.empty((0, 2))
        drawn = 0
        while len(found) < count:
            wanted = count - len(found)
            lonlat = self._draw_anywhere(
                max(wanted, _DRAWN_AT_ONCE) if self.streets else wanted, rng
            )
            within = self.area.contains(lonlat)
            for snapper in self.streets:
                within &= snapper.snap(lonlat).edge >= 0
            found = np.concatenate((found, lonlat[within][:wanted]))
            drawn += len(lonlat)
            if drawn >= _ENOUGH_DRAWN and len(found) < drawn * _LEAST_WITHIN:
                raise GeoError(
                    "sampling.no_streets",
                    f"of {drawn} places drawn in {self.city.name}, {len(found)} lie near a street "
                    "of the network",
                    "give the network of this city",
                )
        return found

    def near_streets(self, middles_m: Xy, people_m: Xy) -> Xy:
        """Middles of groups of people, in metres; where streets matter, the nearest of the people.

        A middle may lie far from any street; places drawn do not.
        """
        if not self.streets:
            return middles_m
        apart = ((people_m[None, :, :] - middles_m[:, None, :]) ** 2).sum(axis=2)
        nearest_m: Xy = people_m[apart.argmin(axis=1)]
        return nearest_m

    def _draw_anywhere(self, count: int, rng: np.random.Generator) -> Xy:
        """Places some of which may lie just outside the service area."""
        weights = self.weights / self.weights.sum()
        home = rng.choice(len(self.weights), count, p=weights)
        near = self.neighbourhoods_m[home] + rng.normal(0, _NEIGHBOURHOOD_SPREAD_M, (count, 2))
        district = rng.choice(len(self.shares), count, p=self.shares)
        anywhere = _in_discs(self.discs_m[district], 0.5, rng)
        clustered = rng.random(count) < _NEIGHBOURHOOD_SHARE
        lonlat = self.city.projection.to_lonlat(np.where(clustered[:, None], near, anywhere))
        return lonlat.round(_DECIMALS)


def _in_discs(discs_m: Xy, exponent: float, rng: np.random.Generator) -> Xy:
    """One point in each disc (x, y, radius)."""
    radius = discs_m[:, 2] * rng.random(len(discs_m)) ** exponent
    angle = rng.uniform(0, 2 * np.pi, len(discs_m))
    offsets: Xy = radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    return discs_m[:, :2] + offsets


def spread_over(points_m: Xy, count: int, rng: np.random.Generator) -> Xy:
    """Middles of ``count`` groups of points in metres, by Lloyd's iteration, shape (count, 2)."""
    middles: Xy = points_m[rng.choice(len(points_m), count, replace=False)]
    for _ in range(20):
        squares = ((points_m[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2)
        nearest = squares.argmin(axis=1)
        sizes = np.bincount(nearest, minlength=count)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest, points_m)
        middles = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], middles)
    return middles
