"""Routes as VROOM's steps, read back as a solution."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from solvers.formats.errors import FormatError
from solvers.formats.vroom.case import VroomCase
from solvers.formats.vroom.schema import Id, VroomInput
from solvers.model import Visit
from solvers.solution import Route, Solution


class _Step(Protocol):
    @property
    def type(self) -> str: ...

    @property
    def id(self) -> int | None: ...


class _Read(BaseModel):
    # VROOM answers carry much that follows from the order of steps; only that order is read.
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class _AnswerStep(_Read):
    type: str
    id: Id | None = None


class _AnswerRoute(_Read):
    vehicle: Id
    steps: list[_AnswerStep]


class _Summary(_Read):
    cost: int | None = None


class _Answer(_Read):
    code: int = 0
    summary: _Summary = _Summary()
    routes: list[_AnswerRoute]


@dataclass(frozen=True, slots=True)
class ClaimedAnswer:
    """A VROOM answer: the plan, and the cost it claims, if any."""

    solution: Solution
    cost: int | None


def read_answer(data: object, case: VroomCase) -> ClaimedAnswer:
    """The plan in a VROOM answer, ``data`` being its JSON.

    Raises:
        FormatError: It is no answer, or names vehicles or jobs the problem does not have.
    """
    try:
        answer = _Answer.model_validate(data)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        element = ".".join(str(part) for part in detail["loc"]) or "answer"
        raise FormatError(element, detail["msg"], "give an answer in VROOM's form") from error
    if answer.code:
        raise FormatError("answer", f"has code {answer.code}, an error", "give one with code 0")
    solution = routes_of_steps(case.given, [(r.vehicle, r.steps) for r in answer.routes])
    return ClaimedAnswer(_without_breaks_outside(case, solution), answer.summary.cost)


def routes_of_steps(given: VroomInput, routes: Iterable[tuple[int, Sequence[_Step]]]) -> Solution:
    """Routes of vehicle ids and steps as a solution.

    Raises:
        FormatError: A vehicle, job or break is not in the problem, or a step has an unknown type.
    """
    vehicles = {vehicle.id: index for index, vehicle in enumerate(given.vehicles)}
    jobs = {job.id: index for index, job in enumerate(given.jobs)}
    read = []
    for vehicle_id, steps in routes:
        name = f"vehicle {vehicle_id}"
        if vehicle_id not in vehicles:
            cause = "has a route and is not in the problem"
            raise FormatError(name, cause, "is this the answer to another problem?")
        index = vehicles[vehicle_id]
        breaks = {rest.id for rest in given.vehicles[index].breaks}
        visits = []
        for number, step in enumerate(steps):
            element = f"{name}: steps[{number}]"
            if step.type == "job":
                visits.append(Visit.stop(_known(step, jobs, element, "job")))
            elif step.type == "break":
                _known(step, dict.fromkeys(breaks, 0), element, "break")
                visits.append(Visit.break_())
            elif step.type not in ("start", "end"):
                cause = f"has type '{step.type}'"
                raise FormatError(element, cause, "only start, job, break and end are supported")
        read.append(Route(index, tuple(visits)))
    return Solution(tuple(read))


def _known(step: _Step, known: Mapping[int, int], element: str, kind: str) -> int:
    if step.id is None or step.id not in known:
        cause = f"names {kind} {step.id}, which the problem does not have"
        raise FormatError(element, cause, "is this the answer to another problem?")
    return known[step.id]


def _without_breaks_outside(case: VroomCase, solution: Solution) -> Solution:
    """Drop breaks before the first or after the last job where our route has no such moment."""
    kept = []
    for route in solution.routes:
        vehicle = case.problem.vehicles[route.vehicle]
        visits: tuple[Any, ...] = route.visits
        rest = Visit.break_()
        if not any(visit != rest for visit in visits):
            visits = ()
        if vehicle.start is None and visits[:1] == (rest,):
            visits = visits[1:]
        if vehicle.end is None and visits[-1:] == (rest,):
            visits = visits[:-1]
        kept.append(Route(route.vehicle, visits))
    return Solution(tuple(kept))
