"""Whether the published plans keep what was promised, judged from what the door shows alone."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from time import monotonic, sleep

from benchmarks.service.city import CITY
from dispatch.client import DispatchClient, Pickup, PickupStatus, Plan

OPEN = (PickupStatus.BOOKED, PickupStatus.ASSIGNED)
_WAIT_S = 180.0
_POLL_S = 1.0


def open_pickups(client: DispatchClient) -> list[Pickup]:
    """Every pickup that nobody is on the way to yet."""
    return list(client.pickups(city=CITY, statuses=OPEN))


def faults_of_plans(client: DispatchClient) -> list[str]:
    """What is wrong with the plans, once they have had time to take in everything.

    Every open pickup stands in the plan of its day exactly once, inside its promised window,
    nothing else does, and nobody is in two places at once.
    """
    pickups = open_pickups(client)
    faults = []
    deadline_s = monotonic() + _WAIT_S
    while monotonic() < deadline_s:
        faults = [
            fault
            for day in sorted({one.date for one in pickups})
            for fault in faults_of(
                client.planner(CITY).plan(day), [p for p in pickups if p.date == day]
            )
        ]
        if not faults:
            break
        sleep(_POLL_S)
    return faults


def faults_of(plan: Plan, pickups: Iterable[Pickup]) -> list[str]:
    """What is wrong with a day's plan as it is shown, against the day's open pickups."""
    promised = {one.id: one for one in pickups}
    planned = Counter(
        task.pickup_id
        for courier in plan.couriers
        for task in courier.tasks
        if task.pickup_id is not None
    )
    faults = [f"{one} is in no route" for one in promised.keys() - planned.keys()]
    faults += [f"{one} is in a route, but not booked" for one in planned.keys() - promised.keys()]
    faults += [f"{one} is in {times} routes" for one, times in planned.items() if times > 1]
    for courier in plan.couriers:
        for before, after in pairwise(courier.tasks):
            if after.start_at < before.end_at:
                faults.append(f"{courier.courier_id} is in two places at {after.start_at}")
        for task in courier.tasks:
            pickup = promised.get(task.pickup_id or "")
            if pickup is None:
                continue
            if not pickup.promise.start_at <= task.start_at <= pickup.promise.end_at:
                faults.append(f"{pickup.id} is planned at {task.start_at}, outside of its promise")
    return faults
