"""Why requests are left out of a plan, and what would let them in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from time import perf_counter

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, UnservedReason, VisitType
from dispatch.translation import DayProblem, from_plan, to_plan, translate, with_zones_of
from dispatch.translation.reasons import in_words
from dispatch.travel import open_travel
from solvers.explain import NotExplainableError, Reason, explain_each
from solvers.solution import Solution

_SHOWN_UNKNOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All that is known of why one request is on no route.

    Attributes:
        request_id: Which request.
        reason: As the plan carries it.
        cost_milli_fen: By how much serving it raises the plan's cost; ``None`` where it fits
            nowhere.
        price_milli_fen: What leaving it out costs.
    """

    request_id: str
    reason: UnservedReason
    cost_milli_fen: int | None
    price_milli_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A request that is on a route: whose, and when the bell is rung."""

    request_id: str
    courier_id: str
    start_at: datetime


class CannotExplainError(ValueError):
    """The plan breaks rules, or the requests asked for are not in the day."""


def explain_plan(
    day: Day, plan: Plan, request_ids: Sequence[str] = ()
) -> tuple[Explained | Served, ...]:
    """Why requests are on no route of ``plan``; only the order of its visits is believed.

    Args:
        day: The day the plan is for.
        plan: Also one edited by hand.
        request_ids: Which requests, in this order; all unserved ones if empty.

    Raises:
        TranslationError: The plan names couriers, requests or hubs that the day does not have.
        CannotExplainError: The plan breaks rules, or some request is not in the day.
    """
    _refuse_unknown(day, request_ids)
    source = open_travel(day.settings)
    translated = with_zones_of(translate(day, source=source), plan.zone_of)
    solution = from_plan(translated, plan)
    indices = {request.id: index for index, request in enumerate(day.requests)}
    unserved = solution.unserved(translated.problem)
    asked = [indices[name] for name in dict.fromkeys(request_ids)] or unserved
    left_out = set(unserved)
    try:
        reasons = explain_each(translated.problem, solution, [i for i in asked if i in left_out])
    except NotExplainableError as error:
        raise CannotExplainError(f"{error}; dispatch check lists them all") from error
    explained = {reason.stop: _explained(translated, reason) for reason in reasons}
    served = _served(to_plan(translated, solution, plan.origin))
    return tuple(
        explained[index] if index in explained else served[day.requests[index].id]
        for index in asked
    )


def with_reasons(translated: DayProblem, solution: Solution, plan: Plan, *, seconds: float) -> Plan:
    """``plan`` with a reason for every unserved request, the dearest ones first.

    Args:
        translated: The day.
        solution: A valid solution of it.
        plan: The same as a plan.
        seconds: Time limit; what is not explained by then stays without a reason.
    """
    ends_at = perf_counter() + seconds
    unserved = solution.unserved(translated.problem)
    if not unserved:
        return plan
    reasons: dict[str, UnservedReason] = {}
    for reason in explain_each(translated.problem, solution, _dearest_first(translated, unserved)):
        reasons[translated.day.requests[reason.stop].id] = in_words(translated, reason)
        if perf_counter() > ends_at:
            break
    explained = [replace(u, reason=reasons.get(u.request_id)) for u in plan.unserved]
    return replace(plan, unserved=tuple(explained))


def _dearest_first(translated: DayProblem, unserved: Iterable[int]) -> list[int]:
    stops = translated.problem.stops
    return sorted(unserved, key=lambda index: -(stops[index].unserved_price or 0))


def _explained(translated: DayProblem, reason: Reason) -> Explained:
    return Explained(
        request_id=translated.day.requests[reason.stop].id,
        reason=in_words(translated, reason),
        cost_milli_fen=reason.cost,
        price_milli_fen=reason.price or 0,
    )


def _served(replayed: Plan) -> Mapping[str, Served]:
    return {
        visit.ref: Served(
            request_id=visit.ref, courier_id=route.courier_id, start_at=visit.start_at
        )
        for route in replayed.routes
        for visit in route.visits
        if visit.type is VisitType.PICKUP
    }


def _refuse_unknown(day: Day, request_ids: Sequence[str]) -> None:
    known = [request.id for request in day.requests]
    unknown = [name for name in dict.fromkeys(request_ids) if name not in set(known)]
    if not unknown:
        return
    lines = []
    for name in unknown[:_SHOWN_UNKNOWN]:
        near = get_close_matches(name, known, n=3)
        lines.append(f"  '{name}'" + (f"; is it {' or '.join(near)}?" if near else ""))
    raise CannotExplainError(
        f"{len(unknown)} request(s) are not in the day:\n"
        + "\n".join(lines)
        + "\ngive ids of the requests table"
    )
