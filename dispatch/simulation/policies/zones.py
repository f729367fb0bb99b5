"""Fixed zones: every courier has its own streets, and serves what is booked there in order."""

import numpy as np

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s
from dispatch.live.decisions import Instructions
from dispatch.live.events import Booked, Event
from dispatch.live.tasks import Collect, Task
from dispatch.simulation.eligibility import usual_couriers
from dispatch.simulation.policies.simple import Situation
from dispatch.simulation.policy import Briefing
from geo.projection import LocalProjection
from geo.zones import Zones, make_zones

_COURIERS_PER_ZONE = 6
"""So many that somebody is on shift in each zone at all hours."""


class FixedZones:
    """First come, first served, inside zones of even work."""

    def begin(self, briefing: Briefing) -> None:
        """Draw zones from an expected day and give each courier one."""
        self._situation = Situation(briefing)
        self._zones: dict[PickupClass, Zones] = {}
        self._zone_of_courier: dict[tuple[PickupClass, str], int] = {}
        self._zone_of_request: dict[str, int] = {}
        for kind in PickupClass:
            couriers = usual_couriers(kind, briefing.couriers)
            expected = [one for one in briefing.expected if one.pickup_class is kind]
            count = max(1, round(len(couriers) / _COURIERS_PER_ZONE))
            work_s = [door_time_s(one, briefing.settings) for one in expected]
            zones = make_zones(_points(expected), work_s, count=count)
            self._zones[kind] = zones
            for courier_id, zone in _shared_out(couriers, expected, zones).items():
                self._zone_of_courier[kind, courier_id] = zone

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        if isinstance(event, Booked):
            request = event.request
            zones = self._zones[request.pickup_class]
            labels = zones.assign(_points([request])).labels if len(zones) else [0]
            self._zone_of_request[request.id] = int(labels[0])
        self._situation.observe(event)

    def decide(self, at: int) -> Instructions | None:
        """Send each free courier to the pickup of its zone that was booked first."""
        told: dict[str, tuple[Task, ...]] = self._situation.chores(at)
        taken: set[str] = set()
        for kind in PickupClass:
            pairs = self._situation.pairs(at, kind, told)
            booked = {ref: number for number, ref in enumerate(self._situation.board.open)}
            in_order = sorted(
                range(len(pairs.pickups)), key=lambda one: booked[pairs.pickups[one].request.id]
            )
            for row, known in enumerate(pairs.couriers):
                zone = self._zone_of_courier[kind, known.courier.id]
                for column in in_order:
                    ref = pairs.pickups[column].request.id
                    mine = self._zone_of_request[ref] == zone and ref not in taken
                    if mine and pairs.allowed[row, column]:
                        taken.add(ref)
                        told[known.courier.id] = (Collect(ref),)
                        break
        return Instructions(told)


def _points(requests: list[PickupRequest]) -> list[tuple[float, float]]:
    return [(request.place.lon, request.place.lat) for request in requests]


def _shared_out(
    couriers: tuple[Courier, ...], expected: list[PickupRequest], zones: Zones
) -> dict[str, int]:
    """A zone for each courier: zones take turns, each takes whoever starts nearest.

    Couriers with the same shift are dealt out before those of the next one, so that every zone
    has some of each.
    """
    if not len(zones):
        return {courier.id: 0 for courier in couriers}
    plane = LocalProjection(centre_lon=expected[0].place.lon, centre_lat=expected[0].place.lat)
    places_m = plane.to_xy(_points(expected))
    labels = zones.labels
    middles_m = np.array([places_m[labels == zone].mean(axis=0) for zone in range(len(zones))])
    left = sorted(couriers, key=lambda one: (one.shift.start_at, one.shift.end_at, one.id))
    shared: dict[str, int] = {}
    while left:
        for zone, middle_m in enumerate(middles_m):
            if not left:
                break
            same = [one for one in left if one.shift == left[0].shift]
            starts_m = plane.to_xy([(one.start.lon, one.start.lat) for one in same])
            nearest = same[int(((starts_m - middle_m) ** 2).sum(axis=1).argmin())]
            shared[nearest.id] = zone
            left.remove(nearest)
    return shared
