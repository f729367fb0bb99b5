"""Coordinates of the tables as places in WGS84, with what can be wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.domain.places import Place
from dispatch.files.building import RowIssues
from dispatch.files.city_file import CityFacts
from dispatch.files.issues import DayIssue
from dispatch.files.tables import Record
from geo.coordinates import great_circle_m, to_wgs84
from geo.service_area import ServiceArea

FAR_M = 150_000
"""Hubs and couriers may be outside the service area, but not farther from the centre than this."""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """Coordinates as a row has them, in degrees of the day's coordinate system."""

    record: Record
    lon: float
    lat: float


def read_places(
    file: str,
    lon_field: str,
    given: Sequence[GivenPlace],
    city: CityFacts,
    area: ServiceArea,
    issues: list[DayIssue],
    *,
    inside: bool,
) -> list[Place | None]:
    """Places in WGS84 for coordinates as given; ``None`` where they are no place at all.

    Args:
        file: Name of the file, for issues.
        lon_field: Column that issues point at.
        given: Coordinates.
        city: Facts of the city file.
        area: Where requests may be.
        issues: Where findings go.
        inside: Whether the places must lie in the service area, or only near the city.
    """
    raw = np.array([(entry.lon, entry.lat) for entry in given], dtype=np.float64).reshape(-1, 2)
    swapped = area.contains_swapped(raw)
    on_earth = (np.abs(raw[:, 0]) <= 180) & (np.abs(raw[:, 1]) <= 90)
    for index in np.flatnonzero(swapped | ~on_earth).tolist():
        row_issues = RowIssues(file, given[index].record, issues)
        if swapped[index]:
            _add_swapped(row_issues, lon_field, raw[index])
        else:
            row_issues.add(
                "place.range",
                lon_field,
                f"({_degrees(raw[index])}) is no place on Earth",
                "give degrees, longitude within 180, latitude within 90",
            )
    good = np.flatnonzero(~swapped & on_earth)
    lonlat = to_wgs84(raw[good], city.crs)
    records = [given[index].record for index in good.tolist()]
    if inside:
        _check_inside(file, lon_field, records, lonlat, area, issues)
    else:
        _check_near(file, lon_field, records, lonlat, city, issues)
    result: list[Place | None] = [None] * len(given)
    for index, (lon, lat) in zip(good.tolist(), lonlat.tolist(), strict=True):
        result[index] = Place(lon=lon, lat=lat)
    return result


def _add_swapped(row_issues: RowIssues, lon_field: str, point: Points) -> None:
    row_issues.add(
        "place.swapped",
        lon_field,
        f"({_degrees(point)}) lies in the city once longitude and latitude change places",
        "put longitude (such as 120.2) under lon and latitude (such as 30.2) under lat",
    )


def _check_inside(
    file: str,
    field: str,
    records: Sequence[Record],
    lonlat: Points,
    area: ServiceArea,
    issues: list[DayIssue],
) -> None:
    for index in np.flatnonzero(~area.contains(lonlat)).tolist():
        RowIssues(file, records[index], issues).add(
            "place.outside",
            field,
            f"({_degrees(lonlat[index])}) lies outside the service area",
            "correct lon and lat, check crs in the city file, or give a service_area.geojson",
        )


def _check_near(
    file: str,
    field: str,
    records: Sequence[Record],
    lonlat: Points,
    city: CityFacts,
    issues: list[DayIssue],
) -> None:
    centre = (city.city.centre_lon, city.city.centre_lat)
    metres = great_circle_m(lonlat, centre)
    for index in np.flatnonzero(metres > FAR_M).tolist():
        RowIssues(file, records[index], issues).add(
            "place.far",
            field,
            f"({_degrees(lonlat[index])}) is {metres[index] / 1000:.0f} km from {city.city.name}",
            "correct the coordinates or the city",
        )


def _degrees(lonlat: Points) -> str:
    return f"{lonlat[0]:.6f}, {lonlat[1]:.6f}"
