"""What differs between two plans of a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.domain.plans import Plan, VisitType


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who collects a request, and when the bell is rung."""

    courier_id: str
    start_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A request both plans serve, by another courier or at another time."""

    request_id: str
    before: Assignment
    after: Assignment

    @property
    def later_s(self) -> int:
        """Seconds by which the pickup starts later; negative if earlier."""
        return round((self.after.start_at - self.before.start_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanComparison:
    """Plan A against plan B, request by request.

    Attributes:
        moved: Served by another courier, whether or not at another time.
        retimed: Served by the same courier at another time.
        unchanged: Number of requests served by the same courier at the same time.
        gained: Served in B only, with B's assignment.
        lost: Served in A only, with A's assignment.
        unserved_in_both: Number of requests neither plan serves.
        only_in_a: Requests plan B does not know at all: the plans are for different days.
        only_in_b: Requests plan A does not know at all.
        same_input: Whether both were made for the same input files.
    """

    moved: tuple[Change, ...]
    retimed: tuple[Change, ...]
    unchanged: int
    gained: tuple[tuple[str, Assignment], ...]
    lost: tuple[tuple[str, Assignment], ...]
    unserved_in_both: int
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    same_input: bool


def compare_plans(a: Plan, b: Plan) -> PlanComparison:
    """Compare plan ``a`` with plan ``b``; requests are matched by id."""
    served_a, served_b = dict(_assignments(a)), dict(_assignments(b))
    known_a = served_a.keys() | {unserved.request_id for unserved in a.unserved}
    known_b = served_b.keys() | {unserved.request_id for unserved in b.unserved}
    changes = [
        Change(request_id=request_id, before=before, after=served_b[request_id])
        for request_id, before in served_a.items()
        if served_b.get(request_id, before) != before
    ]
    in_both = served_a.keys() & served_b.keys()
    same_courier = [c for c in changes if c.before.courier_id == c.after.courier_id]
    return PlanComparison(
        moved=tuple(c for c in changes if c.before.courier_id != c.after.courier_id),
        retimed=tuple(same_courier),
        unchanged=len(in_both) - len(changes),
        gained=tuple((r, s) for r, s in served_b.items() if r in known_a and r not in served_a),
        lost=tuple((r, s) for r, s in served_a.items() if r in known_b and r not in served_b),
        unserved_in_both=len((known_a & known_b) - served_a.keys() - served_b.keys()),
        only_in_a=tuple(sorted(known_a - known_b)),
        only_in_b=tuple(sorted(known_b - known_a)),
        same_input=a.origin.input_fingerprint == b.origin.input_fingerprint,
    )


def _assignments(plan: Plan) -> Iterator[tuple[str, Assignment]]:
    for route in plan.routes:
        for visit in route.visits:
            if visit.type is VisitType.PICKUP:
                yield visit.ref, Assignment(courier_id=route.courier_id, start_at=visit.start_at)
