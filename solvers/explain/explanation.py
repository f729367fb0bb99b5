"""Why stops are not served: the claims, and what each rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from solvers.checker import judge_routes
from solvers.explain.nearness import Tried, failures_of
from solvers.explain.reasons import Change, ChangeKind, Code, Kind, Reason, Remedy
from solvers.explain.remedies import remedy_of
from solvers.explain.search import Insertions, compiled_of
from solvers.findings import Severity
from solvers.model import Problem, Visit
from solvers.solution import Solution


class NotExplainableError(ValueError):
    """The plan breaks rules already, or the stop asked for is served or unknown."""


def explain(
    problem: Problem, solution: Solution, stops: Sequence[int] | None = None
) -> tuple[Reason, ...]:
    """One reason per unserved stop, or per stop of ``stops``, in their order.

    The claims are those of ``docs/reasons.md``. Routes keep their order; lateness counts as
    cost, as it does everywhere in the model.

    Raises:
        NotExplainableError: A route of the solution breaks a rule, or a stop of ``stops`` is on
            a route or does not exist.
    """
    return tuple(explain_each(problem, solution, stops))


def explain_each(
    problem: Problem, solution: Solution, stops: Sequence[int] | None = None
) -> Iterator[Reason]:
    """``explain`` one reason at a time, for who may not wait for all of them.

    Raises:
        NotExplainableError: As ``explain`` does, before the first reason.
    """
    unserved = solution.unserved(problem)
    asked = unserved if stops is None else tuple(stops)
    _refuse_broken(problem, solution)
    _refuse_served(problem, unserved, asked)
    explainer = _Explainer(problem, solution)
    return map(explainer.reason, asked)


def _refuse_broken(problem: Problem, solution: Solution) -> None:
    violations = [
        finding
        for finding in judge_routes(problem, solution)[0]
        if finding.severity is Severity.VIOLATION
    ]
    if violations:
        raise NotExplainableError(
            f"the plan breaks {len(violations)} rules, first: {violations[0].message}; "
            "mend the plan before asking what does not fit into it"
        )


def _refuse_served(problem: Problem, unserved: Sequence[int], asked: Sequence[int]) -> None:
    for stop in asked:
        if not 0 <= stop < len(problem.stops):
            raise NotExplainableError(
                f"there is no stop with index {stop}; use indices below {len(problem.stops)}"
            )
        if stop not in unserved:
            raise NotExplainableError(
                f"stop '{problem.stops[stop].id}' is on a route; ask for unserved stops only"
            )


class _Explainer:
    """The routes of one plan, prepared once for many stops."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self._problem = problem
        self._compiled = compiled_of(problem)
        given = {route.vehicle: route.visits for route in solution.routes}
        routes = [given.get(vehicle, ()) for vehicle in range(len(problem.vehicles))]
        self._beside = Insertions(problem, routes, self._compiled)
        self._alone: Insertions | None = None
        self._fresh: Insertions | None = None

    def reason(self, stop: int) -> Reason:
        """Why ``stop`` is not served."""
        if not self._problem.vehicles:
            price = self._problem.stops[stop].unserved_price
            return Reason(stop=stop, kind=Kind.IMPOSSIBLE_ALONE, code=Code.NO_VEHICLES, price=price)
        beside = self._beside.nearest(stop)
        if beside.valid:
            return self._valid(stop, beside)
        alone = self._alone_insertions().nearest(stop)
        if alone.valid:
            return self._failing(stop, Kind.NOT_BESIDE_OTHERS, beside, alone)
        return self._failing(stop, Kind.IMPOSSIBLE_ALONE, alone, alone)

    def _alone_insertions(self) -> Insertions:
        """Into routes of nothing but the committed visits; built when first needed."""
        if self._alone is None:
            committed = [vehicle.committed for vehicle in self._problem.vehicles]
            self._alone = Insertions(self._problem, committed, self._compiled)
        return self._alone

    def _fresh_insertions(self) -> Insertions:
        """Into the routes of vehicles like the given ones that have just begun."""
        if self._fresh is None:
            problem = self._problem
            if any(v.committed or v.initial_load for v in problem.vehicles):
                fresh = [replace(v, committed=(), initial_load=()) for v in problem.vehicles]
                problem = problem.replace(vehicles=tuple(fresh))
                self._fresh = Insertions(problem, [()] * len(fresh), compiled_of(problem))
            else:
                self._fresh = self._alone_insertions()
        return self._fresh

    def _valid(self, stop: int, tried: Tried) -> Reason:
        """The stop fits: it costs too much, or the search has missed it."""
        price = self._problem.stops[stop].unserved_price
        worth = price is None or tried.cost < price
        remedies: tuple[Remedy, ...] = ()
        if price is not None and not worth:
            amount = tried.cost - price + 1
            change = Change(
                kind=ChangeKind.HIGHER_PRICE, amount=amount, unit="milli_fen", stop=stop
            )
            remedies = (self._remedy((change,), tried),)
        return Reason(
            stop=stop,
            kind=Kind.FITS if worth else Kind.NOT_WORTH_ITS_PRICE,
            code=Code.NOTHING if worth else Code.PRICE,
            vehicle=tried.vehicle,
            position=tried.visits.index(Visit.stop(stop)),
            visits=tried.visits,
            cost=tried.cost,
            price=price,
            remedies=remedies,
        )

    def _failing(self, stop: int, kind: Kind, tried: Tried, alone: Tried) -> Reason:
        routes = self._alone_insertions() if tried is alone else self._beside
        failures = failures_of(self._problem, stop, tried)
        price = self._problem.stops[stop].unserved_price
        cost_now = routes.cost_of(tried.vehicle)
        found = [
            remedy_of(self._problem, stop, tried, cost_now),
            self._extra_vehicle(stop, price, alone),
        ]
        return Reason(
            stop=stop,
            kind=kind,
            code=failures[0].code,
            vehicle=tried.vehicle,
            position=tried.visits.index(Visit.stop(stop)),
            visits=tried.visits,
            failures=failures,
            price=price,
            remedies=tuple(remedy for remedy in found if remedy is not None),
        )

    def _extra_vehicle(self, stop: int, price: int | None, alone: Tried) -> Remedy | None:
        """One more vehicle like an existing one, where it could serve the stop for its price."""
        fresh = self._fresh_insertions()
        tried = alone if fresh is self._alone else fresh.nearest(stop)
        if not tried.valid:
            return None
        cost = tried.cost
        if self._problem.stops[stop].previous_vehicle == tried.vehicle:
            cost += self._problem.prices.vehicle_change
        if price is not None and cost >= price:
            return None
        change = Change(kind=ChangeKind.EXTRA_VEHICLE, amount=1, vehicle=tried.vehicle)
        return Remedy(changes=(change,), vehicle=tried.vehicle, visits=tried.visits, cost=cost)

    @staticmethod
    def _remedy(changes: tuple[Change, ...], tried: Tried) -> Remedy:
        return Remedy(changes=changes, vehicle=tried.vehicle, visits=tried.visits, cost=tried.cost)
