"""Classes of street and of vehicle: who may use what by default, and how fast.

The names are those of OpenStreetMap's ``highway`` tag. Streets of other kinds (steps, bridleways,
streets under construction) carry nobody and are not read.
"""

from dataclasses import dataclass

from geo.errors import GeoError

VEHICLE_BITS: dict[str, int] = {"ebike": 1, "van": 2}
"""Bit of each vehicle class in `RoadNetwork.allowed`."""


@dataclass(frozen=True, slots=True)
class Highway:
    """One class of street.

    Attributes:
        name: value of the ``highway`` tag.
        ebike: an e-bike may use it where no tag says otherwise.
        van: a van may use it where no tag says otherwise.
        ebike_kmh: speed of an e-bike in free flow, whoever may use the street.
        van_kmh: speed of a van in free flow where no limit is tagged.
    """

    name: str
    ebike: bool
    van: bool
    ebike_kmh: int
    van_kmh: int


# Access: docs/roads.md says which rules these are and where they come from.
# Van: the speeds of OSRM's car profile (Project-OSRM/osrm-backend, profiles/car.lua, BSD), which
# lie below the limits of Chinese city streets without signs (30 km/h without a centre line,
# 50 km/h with one lane a direction: Implementation Regulations of the Road Traffic Safety Law,
# article 45); road and track are OSRM's default; where cars go only by an explicit tag, walking
# pace doubled.
# E-bike: 17.09 km/h is the mean of those measured in Hangzhou (Advances in Mechanical
# Engineering, 2015, doi 10.1177/1687814015616918);
# 15 km/h is the limit of non-motor lanes (Road Traffic Safety Law, article 58) and OSRM's speed
# for bicycles, taken where streets are narrow; tracks and paths as OSRM's bicycle profile has
# them.
HIGHWAYS: tuple[Highway, ...] = (
    Highway("motorway", ebike=False, van=True, ebike_kmh=17, van_kmh=90),
    Highway("motorway_link", ebike=False, van=True, ebike_kmh=17, van_kmh=45),
    Highway("trunk", ebike=True, van=True, ebike_kmh=17, van_kmh=85),
    Highway("trunk_link", ebike=True, van=True, ebike_kmh=17, van_kmh=40),
    Highway("primary", ebike=True, van=True, ebike_kmh=17, van_kmh=65),
    Highway("primary_link", ebike=True, van=True, ebike_kmh=17, van_kmh=30),
    Highway("secondary", ebike=True, van=True, ebike_kmh=17, van_kmh=55),
    Highway("secondary_link", ebike=True, van=True, ebike_kmh=17, van_kmh=25),
    Highway("tertiary", ebike=True, van=True, ebike_kmh=17, van_kmh=40),
    Highway("tertiary_link", ebike=True, van=True, ebike_kmh=17, van_kmh=20),
    Highway("unclassified", ebike=True, van=True, ebike_kmh=17, van_kmh=25),
    Highway("residential", ebike=True, van=True, ebike_kmh=15, van_kmh=25),
    Highway("living_street", ebike=True, van=True, ebike_kmh=15, van_kmh=10),
    Highway("road", ebike=True, van=True, ebike_kmh=15, van_kmh=10),
    Highway("service", ebike=True, van=True, ebike_kmh=15, van_kmh=15),
    Highway("track", ebike=True, van=False, ebike_kmh=12, van_kmh=10),
    Highway("cycleway", ebike=True, van=False, ebike_kmh=17, van_kmh=10),
    Highway("path", ebike=False, van=False, ebike_kmh=13, van_kmh=10),
    Highway("footway", ebike=False, van=False, ebike_kmh=10, van_kmh=10),
    Highway("pedestrian", ebike=False, van=False, ebike_kmh=10, van_kmh=10),
)
"""The classes of street a network knows; `RoadNetwork.highway` holds indices into it."""

HIGHWAY_INDEX: dict[str, int] = {highway.name: i for i, highway in enumerate(HIGHWAYS)}


def vehicle_bit(vehicle_class: str) -> int:
    """Return the bit of a vehicle class in `RoadNetwork.allowed`.

    Raises:
        GeoError: `roads.vehicle_class`.
    """
    bit = VEHICLE_BITS.get(vehicle_class)
    if bit is None:
        raise GeoError(
            "roads.vehicle_class",
            f"street networks know no vehicle class {vehicle_class!r}",
            f"give one of {', '.join(VEHICLE_BITS)}",
        )
    return bit
