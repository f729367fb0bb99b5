from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Booked, Departed, ShiftStarted, Ticked
from dispatch.live.searching import ByEngine
from dispatch.live.tasks import Collect
from solvers.engines.abilities import Ability
from solvers.engines.protocol import EngineResult, Limits
from solvers.engines.registry import get_engine
from solvers.model import Problem
from solvers.solution import Solution
from tests.dispatch.live.days import NINE, day, request

BOOKED = (6, 1, 5, 2, 4, 3)


def begun(dispatcher: Dispatcher) -> Dispatcher:
    dispatcher.tell(Ticked(NINE))
    for courier_id in ("E1", "E2"):
        dispatcher.tell(ShiftStarted(NINE, courier_id))
    for number in BOOKED:
        dispatcher.tell(Booked(NINE, request(number)))
    dispatcher.tell(Departed(NINE, "E2", Collect("R6")))
    return dispatcher


def test_ortools_plans_a_live_day() -> None:
    dispatcher = begun(Dispatcher(day(), search=ByEngine(get_engine("ortools"))))
    before = dispatcher.cost_milli_fen
    revision = dispatcher.decide(Limits(iterations=50))
    assert sorted(revision.pickups()) == [f"R{number}" for number in range(1, 7)]
    assert revision.couriers["E2"].tasks[0].task == Collect("R6")
    assert dispatcher.cost_milli_fen <= before


class Idle:
    """An engine that drops all it is given."""

    name = "idle"
    exact: frozenset[Ability] = frozenset()
    safe_side: frozenset[Ability] = frozenset()
    solves_large = True
    reproducible = True

    def solve(self, problem: Problem, **_: object) -> EngineResult:  # noqa: ARG002
        return EngineResult(solution=Solution(), iterations=0, elapsed_s=0.0)


def test_a_plan_that_costs_more_is_not_taken() -> None:
    dispatcher = begun(Dispatcher(day(), search=ByEngine(Idle())))
    before = dispatcher.decide()
    after = dispatcher.decide(Limits(seconds=0.1))
    assert after.pickups() == before.pickups()
