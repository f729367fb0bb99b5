"""A plan judged against its day, in the words of the business."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.domain.requests import PickupRequest
from dispatch.translation import DayProblem, from_plan, to_plan, translate, with_zones_of
from dispatch.travel import STRAIGHT_SOURCE, TravelSource, open_travel
from solvers.checker import check
from solvers.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFinding:
    """One thing wrong with a plan.

    Attributes:
        rule: Name of the broken rule, as in ``solvers.findings.Rule``.
        courier_id: Whose route; empty where no route is concerned.
        request_id: Which request; empty where no single one is concerned.
        amount: By how much, in ``unit``.
        unit: ``s``, ``m``, ``stops``, ``weight_g``, ``volume_ml``, ``pieces`` or empty.
        message: One sentence.
    """

    rule: str
    courier_id: str
    request_id: str
    amount: int
    unit: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck:
    """The verdict on a plan.

    Attributes:
        violations: What makes the plan invalid.
        lateness: Starts after the promised end, which cost.
        inherited: Breaches no plan could avoid.
        replayed: The plan with the times, loads and costs that its order of visits gives.
        restated: Visits whose times in the file differ from the replayed ones.
        same_input: Whether the plan was made for exactly these input files.
        source: Where its travel times come from.
    """

    violations: tuple[PlanFinding, ...]
    lateness: tuple[PlanFinding, ...]
    inherited: tuple[PlanFinding, ...]
    replayed: Plan
    restated: int
    same_input: bool
    source: TravelSource = STRAIGHT_SOURCE


def check_plan(day: Day, plan: Plan) -> PlanCheck:
    """Replay ``plan`` on ``day``; only the order of its visits is believed.

    Under travel times other than the plan's own, a request counts with the window it was planned
    in alone: a courier minutes too late for it would else wait hours for another one.

    Raises:
        TranslationError: The plan names couriers, requests or hubs that the day does not have.
    """
    source = open_travel(day.settings)
    judged = day if source.origin == plan.origin.travel else _as_promised(day, plan)
    translated = with_zones_of(translate(judged, source=source), plan.zone_of)
    solution = from_plan(translated, plan)
    report = check(translated.problem, solution)
    origin = replace(plan.origin, travel=translated.source.origin)
    replayed = to_plan(translated, solution, origin)
    return PlanCheck(
        violations=tuple(_in_words(translated, report.violations)),
        lateness=tuple(_in_words(translated, report.lateness)),
        inherited=tuple(_in_words(translated, report.inherited)),
        replayed=replayed,
        restated=_restated(plan, replayed),
        same_input=plan.origin.input_fingerprint == day.fingerprint,
        source=translated.source,
    )


def _as_promised(day: Day, plan: Plan) -> Day:
    """The day with every planned request's windows but the one that holds its start left out."""
    starts = {visit.ref: visit.start_at for route in plan.routes for visit in route.visits}

    def promised(request: PickupRequest) -> PickupRequest:
        start_at = starts.get(request.id)
        if start_at is None:
            return request
        held = tuple(w for w in request.windows if w.start_at <= start_at <= w.end_at)
        return replace(request, windows=held or request.windows)

    return replace(day, requests=tuple(promised(request) for request in day.requests))


def _in_words(translated: DayProblem, findings: Sequence[Finding]) -> Iterator[PlanFinding]:
    day = translated.day
    for finding in findings:
        yield PlanFinding(
            rule=finding.rule,
            courier_id="" if finding.vehicle is None else day.couriers[finding.vehicle].id,
            request_id="" if finding.stop is None else day.requests[finding.stop].id,
            amount=finding.amount,
            unit=finding.unit,
            message=finding.message,
        )


def _restated(plan: Plan, replayed: Plan) -> int:
    """Visits whose start in ``plan`` is not the replayed one."""
    # By position: a courier may unload at one hub more than once.
    starts = {
        (route.courier_id, position): visit.start_at
        for route in replayed.routes
        for position, visit in enumerate(route.visits)
    }
    return sum(
        starts.get((route.courier_id, position)) != visit.start_at
        for route in plan.routes
        for position, visit in enumerate(route.visits)
    )
