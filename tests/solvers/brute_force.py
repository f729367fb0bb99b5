"""The least cost of a small problem, by trying every plan under the checker's own rules.

Every order of stops, unloadings and break of each vehicle, with at most one unloading between two
stops; a route is not followed further once it breaks a rule that nothing behind can mend.
"""

from solvers.findings import Rule
from solvers.inherited import route_violations
from solvers.model import Problem, Visit, VisitKind
from solvers.objective import route_cost
from solvers.replay import replay

# Broken by what comes next, or never: later visits only make these worse.
_LASTING = {
    Rule.WINDOW,
    Rule.CAPACITY,
    Rule.SKILLS,
    Rule.NOT_ALLOWED,
    Rule.EXCLUDED,
    Rule.BREAK_WINDOW,
    Rule.BREAK_UNKNOWN,
    Rule.HUB_CLOSED,
}

Outcome = tuple[int, int]
"""Required stops left out, and the cost of the rest."""


def least_cost(problem: Problem) -> Outcome:
    """Fewest required stops left out, and the least cost of a plan that leaves out so few."""
    plans: dict[frozenset[int], int] = {frozenset(): 0}
    for vehicle in range(len(problem.vehicles)):
        joined: dict[frozenset[int], int] = {}
        for own, own_cost in _cheapest_routes(problem, vehicle).items():
            for others, cost in plans.items():
                if own & others:
                    continue
                union = own | others
                joined[union] = min(joined.get(union, own_cost + cost), own_cost + cost)
        plans = joined
    return min(_with_absent(problem, served, cost) for served, cost in plans.items())


def _with_absent(problem: Problem, served: frozenset[int], cost: int) -> Outcome:
    prices = [s.unserved_price for i, s in enumerate(problem.stops) if i not in served]
    return sum(price is None for price in prices), cost + sum(price or 0 for price in prices)


def _cheapest_routes(problem: Problem, vehicle: int) -> dict[frozenset[int], int]:
    owner = problem.vehicles[vehicle]
    committed = list(owner.committed)
    taken = {v.index for other in problem.vehicles for v in other.committed if v.kind == "stop"}
    free = [Visit.stop(i) for i in range(len(problem.stops)) if i not in taken]
    hubs = [Visit.hub(hub) for hub in owner.hubs]
    costs: dict[frozenset[int], int] = {}
    pending = [committed]
    while pending:
        visits = pending.pop()
        broken: set[Rule] = set()
        if visits:
            schedule = replay(problem, vehicle, visits)
            broken = {excess.rule for excess in route_violations(problem, schedule)}
            if not broken or len(visits) == len(committed):
                served = frozenset(v.index for v in visits if v.kind is VisitKind.STOP)
                cost = route_cost(problem, schedule).total
                costs[served] = min(costs.get(served, cost), cost)
        else:
            costs[frozenset()] = 0
        if broken & _LASTING:
            continue
        pending += [[*visits, stop] for stop in free if stop not in visits]
        if owner.rest is not None and Visit.break_() not in visits:
            pending.append([*visits, Visit.break_()])
        since_break = [v for v in visits if v.kind is not VisitKind.BREAK]
        if not since_break or since_break[-1].kind is not VisitKind.HUB:
            pending += [[*visits, hub] for hub in hubs]
    return costs
