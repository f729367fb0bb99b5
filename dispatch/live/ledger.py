"""What is known of a live day: the state of every request and courier, and the clock."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from dispatch.domain.couriers import Courier
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place
from dispatch.live.events import Cancelled, Changed
from dispatch.live.records import CourierRecord, CourierStatus, RequestRecord, RequestStatus
from dispatch.live.tasks import Collect


class Ledger:
    """Requests and couriers by id, kept consistent with each other.

    A request that is underway or at the door and its courier name each other; goods are aboard
    one courier at most. ``dispatch.live.transitions.apply`` changes it, event by event.

    Args:
        couriers: Of the day.
        hubs: Of the day.
    """

    def __init__(self, couriers: Iterable[Courier], hubs: Iterable[Hub] = ()) -> None:
        self.now_s = 0
        self.hubs: Mapping[str, Hub] = MappingProxyType({hub.id: hub for hub in hubs})
        self.early: dict[str, Cancelled | Changed] = {}
        self._requests: dict[str, RequestRecord] = {}
        self._couriers = {
            courier.id: CourierRecord(courier=courier, place=courier.start) for courier in couriers
        }
        self._touched: tuple[set[str], set[str]] = (set(), set())
        self._locks = 0

    def next_lock(self) -> int:
        """A number for a lock, greater than all before."""
        self._locks += 1
        return self._locks

    def unlock(self, courier_id: str) -> None:
        """Requests locked to the courier are free again: it will not come any more."""
        for record in list(self._requests.values()):
            if record.lock is not None and record.lock.courier_id == courier_id:
                self.set_request(replace(record, lock=None))

    @property
    def requests(self) -> Mapping[str, RequestRecord]:
        """Every request ever booked, by id."""
        return MappingProxyType(self._requests)

    @property
    def couriers(self) -> Mapping[str, CourierRecord]:
        """Every courier of the day, by id."""
        return MappingProxyType(self._couriers)

    def set_request(self, record: RequestRecord) -> None:
        """Replaces what is known of a request."""
        self._requests[record.request.id] = record
        self._touched[0].add(record.request.id)

    def set_courier(self, record: CourierRecord) -> None:
        """Replaces what is known of a courier."""
        self._couriers[record.courier.id] = record
        self._touched[1].add(record.courier.id)

    def take_touched(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ids of requests and of couriers that were replaced since the last call, sorted."""
        requests, couriers = self._touched
        self._touched = (set(), set())
        return tuple(sorted(requests)), tuple(sorted(couriers))

    def let_go(self, courier_id: str) -> CourierRecord:
        """The courier without its task; a request it was sent to is open again."""
        courier = self._couriers[courier_id]
        if isinstance(courier.task, Collect):
            held = self._requests[courier.task.request_id]
            self.set_request(replace(held, status=RequestStatus.OPEN, courier_id=None))
        if courier.task is not None:
            courier = replace(courier, task=None, status=CourierStatus.FREE)
            self.set_courier(courier)
        return courier

    def stands(self, courier_id: str, place: Place, at: int) -> CourierRecord:
        """The courier, free from ``at`` on at ``place``; what it was sent to is let go."""
        courier = self.let_go(courier_id)
        if not courier.is_out:
            courier = replace(courier, status=CourierStatus.FREE)
        courier = replace(courier, place=place, place_s=at, since_s=at)
        self.set_courier(courier)
        return courier
