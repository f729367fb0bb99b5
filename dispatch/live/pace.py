"""How long drives and doors take today, over what is planned.

Rain, a blocked bridge or a festival slow down everybody. What couriers needed so far today is
weighed against some drives and doors as planned, so that a few slow ones change little; older
ones count less and less.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.domain.places import Place
from dispatch.domain.requests import PickupRequest
from dispatch.live.city_day import CityDay, Pace
from dispatch.live.events import Arrived, Collected, Departed, Event
from dispatch.live.records import CourierRecord, CourierStatus, RequestRecord
from dispatch.live.tasks import Collect

_TRUST_S = 18_000.0
"""Seconds as planned that those seen are weighed against: some thirty drives or doors."""

_KEPT = 0.995
"""What one more drive or door leaves of the weight of those before."""

_LONGEST = 5
"""Times as long as planned: beyond, the courier did something else on the way."""

_TOLERANCE_PERMILLE = 50
"""By how much the pace may be off before the plan is made anew by it."""


@dataclass(slots=True)
class _Ratio:
    """Seconds taken over seconds planned."""

    taken_s: float = 0.0
    planned_s: float = 0.0

    def add(self, planned_s: int, taken_s: int) -> None:
        """One more; what cannot be compared is left out."""
        if planned_s > 0 and 0 <= taken_s <= _LONGEST * planned_s:
            self.taken_s = _KEPT * self.taken_s + taken_s
            self.planned_s = _KEPT * self.planned_s + planned_s

    @property
    def permille(self) -> int:
        return round(1000 * (self.taken_s + _TRUST_S) / (self.planned_s + _TRUST_S))


class PaceSeen:
    """What a day has shown of its pace.

    Args:
        city: As planned, with no pace of its own.
    """

    def __init__(self, city: CityDay) -> None:
        self._city = city
        self._set_out: dict[str, tuple[Place, int]] = {}
        self._drives = _Ratio()
        self._doors = _Ratio()

    def pace(self, before: Pace) -> Pace:
        """The pace by now; the one ``before`` while it is not far off."""
        now = Pace(drive_permille=self._drives.permille, door_permille=self._doors.permille)
        return now if _apart(now, before) > _TOLERANCE_PERMILLE else before

    def see(
        self, event: Event, courier: CourierRecord, requests: Mapping[str, RequestRecord]
    ) -> None:
        """An event of a courier was taken in.

        Args:
            event: What happened.
            courier: As it was before.
            requests: By id.
        """
        task = courier.task
        match event:
            case Departed(at, courier_id, Collect()) if at >= courier.place_s:
                self._set_out[courier_id] = courier.place, at
            case Arrived(at, courier_id, request_id):
                origin = self._set_out.pop(courier_id, None)
                if origin is not None and task == Collect(request_id):
                    self._drove(origin, courier, requests[request_id].request, at)
            case Collected(at=at, request_id=request_id):
                if courier.status is CourierStatus.AT_DOOR and task == Collect(request_id):
                    self._stood(courier, requests[request_id].request, at)
            case Departed(courier_id=courier_id):
                self._set_out.pop(courier_id, None)

    def _drove(
        self, origin: tuple[Place, int], courier: CourierRecord, request: PickupRequest, at: int
    ) -> None:
        place, left_s = origin
        planned_s = self._city.drive_s(courier.courier.id, place, request.place, left_s)
        self._drives.add(planned_s, at - left_s)

    def _stood(self, courier: CourierRecord, request: PickupRequest, at: int) -> None:
        rang_s = max(courier.since_s, self._city.promise(request).start_s)
        self._doors.add(self._city.door_s(request, courier.courier.id), at - rang_s)


def _apart(one: Pace, other: Pace) -> int:
    return max(
        abs(one.drive_permille - other.drive_permille),
        abs(one.door_permille - other.door_permille),
    )
