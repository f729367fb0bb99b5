"""Published plans, and what one of them changes against the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dispatch.live.decisions import (
    Assigned,
    AtRisk,
    Committed,
    Decision,
    Instructions,
    LeftOut,
    PromiseBroken,
    Resequenced,
    Unserved,
)
from dispatch.live.tasks import Collect, Destination, Recover, Task


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task of a route, in seconds since local midnight.

    Attributes:
        task: What is done.
        start_s: When service, unloading, rest or taking over begins, or began.
        end_s: When it ends.
        late_s: Seconds that a pickup starts after its promise.
        slack_s: Seconds that it could start later and still keep it; ``None`` without promise.
        wait_s: Seconds that the courier is there, or free, before it.
        held: Whether it is not booked yet, so that nobody is sent there.
    """

    task: Task
    start_s: int
    end_s: int
    late_s: int = 0
    slack_s: int | None = None
    wait_s: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCourier:
    """What one courier does.

    Attributes:
        committed: What it is doing; it heads ``tasks``.
        leave_s: When it must leave for the first task that it is not committed to.
        tasks: In order.
    """

    committed: Destination | None
    leave_s: int
    tasks: tuple[PlannedTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """What became of the requests that are in two revisions, sorted by id.

    Attributes:
        moved: With another courier.
        retimed: With the same courier, but begun earlier or later by more than the tolerance.
        unchanged: Neither.
    """

    moved: tuple[str, ...] = ()
    retimed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A published plan.

    Attributes:
        number: 1 for the first of the day.
        at: Second of the day it is for.
        couriers: By id, those with something to do.
        left_out: Promised pickups and loads to recover that are on no route, and why.
        instructions: What couriers are to do now.
        changes: Against the revision before.
        decisions: What is to be said that the revision before did not say.
    """

    number: int
    at: int
    couriers: Mapping[str, PlannedCourier]
    left_out: Mapping[Collect | Recover, LeftOut]
    instructions: Instructions
    changes: ChangeReport
    decisions: tuple[Decision, ...]

    def pickups(self) -> Mapping[str, tuple[str, PlannedTask]]:
        """Courier and planned task of each request on a route, by id."""
        return pickups_of(self.couriers)


def pickups_of(
    couriers: Mapping[str, PlannedCourier],
) -> dict[str, tuple[str, PlannedTask]]:
    """Courier and planned task of each request on a route, by id."""
    return {
        planned.task.request_id: (courier_id, planned)
        for courier_id, courier in couriers.items()
        for planned in courier.tasks
        if isinstance(planned.task, Collect)
    }


def changes_between(
    before: Mapping[str, PlannedCourier], after: Mapping[str, PlannedCourier], tolerance_s: int
) -> ChangeReport:
    """What became of the requests that are in both plans."""
    old, new = pickups_of(before), pickups_of(after)
    moved, retimed, unchanged = [], [], []
    for request_id in sorted(old.keys() & new.keys()):
        (was_with, was), (is_with, now) = old[request_id], new[request_id]
        if was_with != is_with:
            moved.append(request_id)
        elif abs(now.start_s - was.start_s) > tolerance_s:
            retimed.append(request_id)
        else:
            unchanged.append(request_id)
    return ChangeReport(moved=tuple(moved), retimed=tuple(retimed), unchanged=tuple(unchanged))


class News:
    """Tells what each plan has to say that earlier ones did not say.

    Args:
        at_risk_s: A start within so many seconds of the end of its promise is at risk.
    """

    def __init__(self, at_risk_s: int) -> None:
        self._at_risk_s = at_risk_s
        self._couriers: Mapping[str, PlannedCourier] = {}
        self._left_out: Mapping[Collect | Recover, LeftOut] = {}
        self._at_risk: frozenset[str] = frozenset()
        self._late_s: dict[str, int] = {}

    def of(
        self, couriers: Mapping[str, PlannedCourier], left_out: Mapping[Collect | Recover, LeftOut]
    ) -> tuple[Decision, ...]:
        """What is new in this plan, which becomes the one before."""
        said = (
            *self._assignments(couriers),
            *self._commitments(couriers),
            *self._promises(couriers),
            *(
                Unserved(task, why)
                for task, why in left_out.items()
                if self._left_out.get(task) is not why
            ),
        )
        self._couriers, self._left_out = couriers, left_out
        return said

    def breaks_promises(self, couriers: Mapping[str, PlannedCourier]) -> bool:
        """Whether this plan breaks a promise, or by more than was said before."""
        return any(
            planned.late_s > self._late_s.get(request_id, 0)
            for request_id, (_, planned) in pickups_of(couriers).items()
        )

    def _assignments(self, couriers: Mapping[str, PlannedCourier]) -> Iterator[Decision]:
        before = pickups_of(self._couriers)
        for request_id, (courier_id, planned) in sorted(pickups_of(couriers).items()):
            if request_id not in before or before[request_id][0] != courier_id:
                yield Assigned(request_id, courier_id, planned.start_s)
        for courier_id, courier in sorted(couriers.items()):
            old, new = _order(self._couriers.get(courier_id)), _order(courier)
            both = set(old) & set(new)
            if [one for one in old if one in both] != [one for one in new if one in both]:
                yield Resequenced(courier_id)

    def _commitments(self, couriers: Mapping[str, PlannedCourier]) -> Iterator[Decision]:
        for courier_id, courier in sorted(couriers.items()):
            before = self._couriers.get(courier_id)
            if courier.committed is not None and (
                before is None or before.committed != courier.committed
            ):
                yield Committed(courier_id, courier.committed)

    def _promises(self, couriers: Mapping[str, PlannedCourier]) -> Iterator[Decision]:
        at_risk = set()
        for request_id, (_, planned) in sorted(pickups_of(couriers).items()):
            if planned.late_s > self._late_s.get(request_id, 0):
                self._late_s[request_id] = planned.late_s
                yield PromiseBroken(request_id, planned.late_s)
            if planned.late_s or planned.slack_s is None or planned.slack_s > self._at_risk_s:
                continue
            at_risk.add(request_id)
            if request_id not in self._at_risk:
                yield AtRisk(request_id, planned.slack_s)
        self._at_risk = frozenset(at_risk)


def _order(courier: PlannedCourier | None) -> list[str]:
    if courier is None:
        return []
    return [one.task.request_id for one in courier.tasks if isinstance(one.task, Collect)]
