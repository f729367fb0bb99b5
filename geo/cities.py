"""The catalogue of 30 cities and their districts; sources in ``geo/data/README.md``."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources

from geo.errors import GeoError
from geo.projection import LocalProjection


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A county-level division: district, county or county-level city.

    Attributes:
        adcode: six-digit administrative code.
        name_zh: Chinese name, as in 西湖区.
        label_lon: WGS84 degrees of a point inside.
        label_lat: WGS84 degrees of a point inside.
        area_km2: area.
        census_population: residents in the 2020 census, or None where it has no figure.
        urban_share: share of residents in urban places, 0 to 1, or None.
        population: the census figure, or the estimate of `load_cities` where there is none.
    """

    adcode: str
    name_zh: str
    label_lon: float
    label_lat: float
    area_km2: float
    census_population: int | None
    urban_share: float | None
    population: int

    @property
    def density_per_km2(self) -> float:
        """Residents per km2, from `population`."""
        return self.population / self.area_km2


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A prefecture-level city or municipality.

    Attributes:
        name: English name, as in "Xi'an".
        name_zh: Chinese name without 市, as in 西安.
        adcode: six-digit administrative code.
        status: "parcels and bulky live", "parcels live" or "target".
        centre_lon: degrees; as published, possibly some 500 m off.
        centre_lat: degrees.
        area_km2: area of the whole city, countryside included.
        population: residents in the 2020 census.
        urban_share: share of residents in urban places, 0 to 1.
        districts: all county-level divisions, by administrative code.
    """

    name: str
    name_zh: str
    adcode: str
    status: str
    centre_lon: float
    centre_lat: float
    area_km2: float
    population: int
    urban_share: float
    districts: tuple[District, ...]

    @classmethod
    def elsewhere(cls, name: str, *, centre_lon: float, centre_lat: float) -> "City":
        """Make a city outside the catalogue: name and middle are known, no figures or districts."""
        return cls(
            name=name,
            name_zh=name,
            adcode="",
            status="elsewhere",
            centre_lon=centre_lon,
            centre_lat=centre_lat,
            area_km2=0.0,
            population=0,
            urban_share=0.0,
            districts=(),
        )

    @property
    def projection(self) -> LocalProjection:
        """The plane around the city centre."""
        return LocalProjection(centre_lon=self.centre_lon, centre_lat=self.centre_lat)


@cache
def load_cities() -> tuple[City, ...]:
    """Return the 30 cities in the order of the catalogue: live first, then targets.

    Districts without a census figure get an estimate: the residents of the city that appear in
    no district's figure, shared out by area. It matters for Hangzhou, where two districts of 2021
    come out at 2,444 residents per km2, and gives nobody to Kinmen.
    """
    districts_of: dict[str, list[dict[str, str]]] = {}
    for row in _rows("districts.csv"):
        districts_of.setdefault(row["city"], []).append(row)
    return tuple(_city(row, districts_of[row["name"]]) for row in _rows("cities.csv"))


def find_city(name: str) -> City:
    """Return the city of an English or Chinese name; case, spaces, apostrophes and 市 are ignored.

    Raises:
        GeoError: `cities.unknown`, naming the closest matches.
    """
    by_key = {_key(alias): city for city in load_cities() for alias in _aliases(city)}
    city = by_key.get(_key(name))
    if city is not None:
        return city
    near = dict.fromkeys(by_key[key].name for key in get_close_matches(_key(name), by_key))
    suggestion = (
        f"did you mean {' or '.join(near)}?"
        if near
        else "give one of: " + ", ".join(known.name for known in load_cities())
    )
    raise GeoError("cities.unknown", f"no city is called {name!r}", suggestion)


def _aliases(city: City) -> Iterator[str]:
    yield city.name
    yield city.name_zh
    # "Jinhua (Yiwu)" answers to both of its names.
    if "(" in city.name:
        yield from city.name.split("(")


def _key(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum()).removesuffix("市")


def _city(row: dict[str, str], districts: list[dict[str, str]]) -> City:
    population = int(row["population_2020"])
    counted = sum(int(district["population_2020"] or 0) for district in districts)
    uncounted_km2 = sum(float(d["area_km2"]) for d in districts if not d["population_2020"])
    per_km2 = (population - counted) / uncounted_km2 if uncounted_km2 else 0.0
    return City(
        name=row["name"],
        name_zh=row["name_zh"],
        adcode=row["adcode"],
        status=row["status"],
        centre_lon=float(row["centre_lon"]),
        centre_lat=float(row["centre_lat"]),
        area_km2=float(row["area_km2"]),
        population=population,
        urban_share=float(row["urban_share_2020"]),
        districts=tuple(_district(district, per_km2) for district in districts),
    )


def _district(row: dict[str, str], estimate_per_km2: float) -> District:
    census = int(row["population_2020"]) if row["population_2020"] else None
    area_km2 = float(row["area_km2"])
    return District(
        adcode=row["adcode"],
        name_zh=row["name_zh"],
        label_lon=float(row["label_lon"]),
        label_lat=float(row["label_lat"]),
        area_km2=area_km2,
        census_population=census,
        urban_share=float(row["urban_share_2020"]) if row["urban_share_2020"] else None,
        population=round(estimate_per_km2 * area_km2) if census is None else census,
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("geo").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
