"""Could a stop be served by some vehicle that has nothing else to do?"""

from collections.abc import Iterator

from solvers.model import Problem, Visit
from solvers.replay import replay
from solvers.route_rules import route_excesses


def can_be_served_alone(problem: Problem, stop: int) -> bool:
    """Whether some vehicle, after its committed prefix, could serve ``stop`` and nothing else.

    Rules that the committed prefix breaks by itself are not held against it.
    """
    return any(serves_alone(problem, vehicle, stop) for vehicle in range(len(problem.vehicles)))


def serves_alone(problem: Problem, vehicle: int, stop: int) -> bool:
    """Whether ``vehicle``, after its committed prefix, could serve ``stop`` and nothing else."""
    prefix = replay(problem, vehicle, problem.vehicles[vehicle].committed)
    before = {
        (excess.rule, excess.key, excess.position): excess.amount
        for excess in route_excesses(problem, prefix)
    }
    for visits in routes_alone(problem, vehicle, stop):
        schedule = replay(problem, vehicle, visits)
        if all(
            excess.amount <= before.get((excess.rule, excess.key, excess.position), -1)
            for excess in route_excesses(problem, schedule)
        ):
            return True
    return False


def routes_alone(problem: Problem, vehicle: int, stop: int) -> Iterator[tuple[Visit, ...]]:
    """Every sensible route of ``vehicle`` with its prefix and ``stop``.

    The vehicle may unload before the stop (it may carry something) and after it (to lighten the
    way home changes nothing, so that is left out), and take its break on any leg that is still
    its own to choose.
    """
    owner = problem.vehicles[vehicle]
    prefix = owner.committed
    serve = Visit.stop(stop)
    bodies: list[tuple[Visit, ...]] = [(serve,)]
    bodies += [(Visit.hub(hub), serve) for hub in owner.hubs]
    for body in bodies:
        yield (*prefix, *body)
        if owner.rest is None or Visit.break_() in prefix:
            continue
        for place in range(len(body) + (owner.end is not None)):
            yield (*prefix, *body[:place], Visit.break_(), *body[place:])
