"""What the tags of an OpenStreetMap way or node mean for e-bikes and vans.

The model is what OSRM's car and bicycle profiles (Project-OSRM/osrm-backend, BSD) and OSMnx's
filters (gboeing/osmnx, MIT) do, with the differences that docs/roads.md lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from geo.roads.highways import HIGHWAY_INDEX, HIGHWAYS, VEHICLE_BITS, Highway

Tags = Mapping[str, str]

# Most specific first (OpenStreetMap wiki, Key:access). By Chinese law e-bikes are bicycles.
_OWN_KEYS: dict[str, tuple[str, ...]] = {
    "ebike": ("electric_bicycle", "bicycle"),
    "van": ("goods", "motorcar", "motor_vehicle"),
}
_COMMON_KEYS = ("vehicle", "access")

# Streets that may be used to get to a door only are open: that is what a courier does there.
_OPENING = frozenset(
    ("yes", "designated", "permissive", "official", "destination", "delivery", "customers")
)
_CLOSING = frozenset(
    (
        "no",
        "private",
        "agricultural",
        "forestry",
        "military",
        "emergency",
        "psv",
        "bus",
        "permit",
        "residents",
        "use_sidepath",
        "dismount",
    )
)

_FORWARD = frozenset(("yes", "true", "1"))
_BACKWARD = frozenset(("-1", "reverse"))
_BOTH_WAYS = frozenset(("no", "false", "0", "alternating"))
_CONTRAFLOW = frozenset(("opposite", "opposite_lane", "opposite_track", "opposite_share_busway"))

_VAN_PASSES = frozenset(
    (
        "no",
        "entrance",
        "gate",
        "lift_gate",
        "swing_gate",
        "sliding_gate",
        "sliding_beam",
        "toll_booth",
        "border_control",
        "cattle_grid",
        "sally_port",
        "height_restrictor",
        "arch",
    )
)
_STOPS_EBIKE = frozenset(
    (
        "yes",
        "wall",
        "fence",
        "ditch",
        "debris",
        "stile",
        "kissing_gate",
        "turnstile",
        "full-height_turnstile",
    )
)

_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?")
_KMH_PER_MPH = 1.609_344
_MOST_KMH = 255


@dataclass(frozen=True, slots=True)
class WayUse:
    """What one way is for.

    Attributes:
        highway: index into `geo.roads.highways.HIGHWAYS`.
        forward: bits of the vehicle classes that may follow it in the order of its nodes.
        backward: bits of those that may go the other way.
        forward_kmh: tagged speed limit in that order, 0 where there is none.
        backward_kmh: tagged speed limit the other way.
    """

    highway: int
    forward: int
    backward: int
    forward_kmh: int
    backward_kmh: int


def way_use(tags: Tags) -> WayUse | None:
    """Return what a way is for, or None where no vehicle class may use it."""
    index = HIGHWAY_INDEX.get(tags.get("highway", ""))
    if index is None or tags.get("area") == "yes":
        return None
    forward = backward = 0
    for vehicle, bit in VEHICLE_BITS.items():
        one_way = _ebike_direction(tags) if vehicle == "ebike" else _direction(tags)
        by_default = _open_by_default(vehicle, HIGHWAYS[index], tags)
        if one_way >= 0 and _may_use(vehicle, tags, ":forward", by_default=by_default):
            forward |= bit
        if one_way <= 0 and _may_use(vehicle, tags, ":backward", by_default=by_default):
            backward |= bit
    if not forward | backward or tags.get("oneway") == "reversible":
        return None
    return WayUse(
        index,
        forward,
        backward,
        _limit_kmh(tags, ":forward"),
        _limit_kmh(tags, ":backward"),
    )


def stopped_at(tags: Tags) -> int:
    """Return the bits of the vehicle classes that a node with a barrier stops."""
    barrier = tags.get("barrier", "no")
    rises = barrier == "bollard" and tags.get("bollard") == "rising"
    passes = {"ebike": barrier not in _STOPS_EBIKE, "van": barrier in _VAN_PASSES or rises}
    stopped = 0
    for vehicle, bit in VEHICLE_BITS.items():
        for key in (*_OWN_KEYS[vehicle], *_COMMON_KEYS):
            if tags.get(key) in _OPENING | _CLOSING:
                passes[vehicle] = tags[key] in _OPENING
                break
        if not passes[vehicle]:
            stopped |= bit
    return stopped


def _open_by_default(vehicle: str, highway: Highway, tags: Tags) -> bool:
    if tags.get("service") == "emergency_access":
        return False
    if vehicle == "van":
        return highway.van
    return highway.ebike and tags.get("motorroad") != "yes"


def _may_use(vehicle: str, tags: Tags, direction: str, *, by_default: bool) -> bool:
    """Follow the access tags from the most specific one; only own keys open what is closed."""
    for key in (*_OWN_KEYS[vehicle], *_COMMON_KEYS):
        value = tags.get(key + direction) or tags.get(key)
        if value in _CLOSING:
            return False
        if value in _OPENING:
            return by_default or key in _OWN_KEYS[vehicle]
    return by_default


def _direction(tags: Tags) -> int:
    """Return 1 for a one-way street in the order of its nodes, -1 against it, 0 for both ways."""
    oneway = tags.get("oneway")
    if oneway in _FORWARD:
        return 1
    if oneway in _BACKWARD:
        return -1
    if oneway in _BOTH_WAYS:
        return 0
    round_about = tags.get("junction") in ("roundabout", "circular")
    return 1 if round_about or tags.get("highway") == "motorway" else 0


def _ebike_direction(tags: Tags) -> int:
    own = tags.get("oneway:bicycle")
    if own is not None:
        return _direction({"oneway": own})
    for side in ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both"):
        value = tags.get(side, "no")
        if value in _CONTRAFLOW:
            return 0
        if value not in ("no", "none") and tags.get(f"{side}:oneway") in _BOTH_WAYS | _BACKWARD:
            return 0
    return _direction(tags)


def _limit_kmh(tags: Tags, direction: str) -> int:
    """Return a tagged speed limit in whole km/h, 0 where none or one we cannot read."""
    match = _SPEED.fullmatch((tags.get("maxspeed" + direction) or tags.get("maxspeed", "")).strip())
    if match is None:
        return 0
    speed = float(match[1]) * (_KMH_PER_MPH if match[2] == "mph" else 1)
    return min(round(speed), _MOST_KMH)
