"""The city of a day: one of the catalogue, or one that its own service area places."""

from geo.cities import City, find_city
from geo.errors import GeoError
from geo.service_area import ServiceArea


def city_of(name: str, service_area: str | None) -> City:
    """The catalogue's city of that name, else one known by name and service area alone.

    Args:
        name: English or Chinese.
        service_area: GeoJSON text of the planner's own service area, if there is one; the middle
            of its box is the centre of a city outside the catalogue.

    Raises:
        GeoError: The name is unknown and there is no service area, or that is no GeoJSON.
    """
    try:
        return find_city(name)
    except GeoError as error:
        if service_area is None:
            action = f"{error.action}, or give a service_area.geojson for a city of your own"
            raise GeoError(error.code, error.cause, action) from error
        west_south, east_north = ServiceArea.from_geojson(service_area).bounds_points
        lon, lat = ((west_south + east_north) / 2).tolist()
        return City.elsewhere(name, centre_lon=lon, centre_lat=lat)
