"""Solutions in the form of CVRPLIB: ``Route #1: 5 3`` for each route, then ``Cost 247``.

Clients are numbered from 1, and a 0 inside a route is a visit to the depot to reload.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from solvers.formats.cvrplib.instance import Instance
from solvers.formats.errors import FormatError
from solvers.model import Visit, VisitKind
from solvers.solution import Route, Solution

_ROUTE = re.compile(r"\s*Route\s*#?\s*(\d+)\s*:(.*)", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*(optimal|time|name|instance|instance name|date|authors?|reference|solution|comment)\b",
    re.IGNORECASE,
)
_COST = re.compile(r"\s*Cost\b\s*:?\s*(\S+)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClaimedSolution:
    """A solution file: the plan, and the cost it claims, if any, as published."""

    solution: Solution
    cost: Fraction | None


def read_solution(text: str, instance: Instance) -> ClaimedSolution:
    """The solution a file holds; it may be any good or none, which the checker says.

    Raises:
        FormatError: The file is broken, or is for another instance.
    """
    numbered: dict[int, list[int]] = {}
    cost: Fraction | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        element = f"solution line {number}"
        if found := _ROUTE.fullmatch(line):
            route = int(found[1])
            if route in numbered or route == 0:
                cause = f"Route #{route} comes twice" if route else "there is no Route #0"
                raise FormatError(element, cause, "number the routes 1, 2, 3 ...")
            numbered[route] = _numbers(found[2], element)
        elif found := _COST.fullmatch(line):
            cost = _decimal(found[1], element)
        elif line.strip() and not _REMARK.match(line):
            action = "give 'Route #k: ...' and 'Cost c' lines"
            raise FormatError(element, f"'{line.strip()[:60]}' is not understood", action)
    if not numbered:
        raise FormatError("solution", "holds no 'Route #k:' line", "give the right file")
    return ClaimedSolution(Solution(tuple(_routes(numbered, instance))), cost)


def write_solution(instance: Instance, solution: Solution, cost: int) -> str:
    """The text of a solution file.

    Args:
        instance: What was solved.
        solution: The answer.
        cost: Of the answer, as the checker counts it.
    """
    lines = []
    if instance.vehicles_differ:
        chosen = [solution.route_of(index) for index in range(len(instance.problem.vehicles))]
    else:
        chosen = [route for route in solution.routes if route.visits]
    for number, route in enumerate(chosen, start=1):
        body = " ".join(_client(visit) for visit in route.visits)
        lines.append(f"Route #{number}: {body}".rstrip())
    lines.append(f"Cost {instance.cost_text(cost)}")
    return "\n".join(lines) + "\n"


def _client(visit: Visit) -> str:
    return str(visit.index + 1) if visit.kind is VisitKind.STOP else "0"


def _numbers(text: str, element: str) -> list[int]:
    numbers = []
    for word in text.split():
        if not word.isdecimal():
            raise FormatError(element, f"'{word}' is no client number", "give numbers of clients")
        numbers.append(int(word))
    return numbers


def _decimal(word: str, element: str) -> Fraction:
    try:
        return Fraction(Decimal(word))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise FormatError(element, f"cost '{word}' is no number", "give a number") from error


def _routes(numbered: dict[int, list[int]], instance: Instance) -> Iterator[Route]:
    vehicles = len(instance.problem.vehicles)
    used = [number for number, clients in sorted(numbered.items()) if clients]
    for place, number in enumerate(used):
        vehicle = number - 1 if instance.vehicles_differ else place
        if vehicle >= vehicles:
            cause = f"needs more than the {vehicles} vehicles of instance '{instance.name}'"
            raise FormatError(f"Route #{number}", cause, "is it a solution of another instance?")
        yield Route(vehicle, tuple(_visits(numbered[number], number, vehicle, instance)))


def _visits(
    clients: Sequence[int], number: int, vehicle: int, instance: Instance
) -> Iterator[Visit]:
    hubs = instance.problem.vehicles[vehicle].hubs
    for client in clients:
        if client == 0 and not hubs:
            cause = "visits 0, but the instance knows no reloading"
            raise FormatError(f"Route #{number}", cause, "list clients only, numbered from 1")
        if client > len(instance.problem.stops):
            cause = f"names client {client}; instance '{instance.name}' has "
            cause += f"{len(instance.problem.stops)}"
            raise FormatError(f"Route #{number}", cause, "is it a solution of another instance?")
        yield Visit.stop(client - 1) if client else Visit.hub(hubs[0])
