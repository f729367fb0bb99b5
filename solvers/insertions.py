"""Every way to put one more stop into a route whose order is kept.

An insertion leaves the order of the route as it is. The stop comes at any place after the
committed visits, by itself or with one unloading right before it, right after it, or both. A
break that is not committed yet may move to any leg, or out of the route.
"""

from collections.abc import Iterator, Sequence

from solvers.model import Problem, Vehicle, Visit

Visits = tuple[Visit, ...]


def insertions(
    problem: Problem, vehicle_index: int, visits: Sequence[Visit], stop: int
) -> Iterator[Visits]:
    """Every route of the vehicle that holds ``visits`` in their order and ``stop``.

    A route may come twice where an unloading stands beside another at the same hub.
    ``visits`` must begin with the vehicle's committed visits and not hold the stop.
    """
    vehicle = problem.vehicles[vehicle_index]
    first = len(vehicle.committed)
    for base in bases(vehicle, visits):
        rested = not may_rest(vehicle) or Visit.break_() in base
        for place in range(first, len(base) + 1):
            for body in bodies(vehicle, stop, with_break=not rested):
                yield (*base[:place], *body, *base[place:])


def bases(vehicle: Vehicle, visits: Sequence[Visit]) -> Iterator[Visits]:
    """The route without its break, then with the break at every place still open to choice."""
    first = len(vehicle.committed)
    if not may_rest(vehicle):
        yield tuple(visits)
        return
    plain = (*visits[:first], *(visit for visit in visits[first:] if visit != Visit.break_()))
    yield plain
    for place in range(first, len(plain) + 1):
        yield (*plain[:place], Visit.break_(), *plain[place:])


def bodies(vehicle: Vehicle, stop: int, *, with_break: bool) -> Iterator[Visits]:
    """The stop with the unloadings beside it, and with a break between stop and unloading.

    A break outermost in the body is left to ``bases``.
    """
    serve, pause = Visit.stop(stop), Visit.break_()
    yield (serve,)
    for hub in map(Visit.hub, vehicle.hubs):
        yield (hub, serve)
        yield (serve, hub)
        if with_break:
            yield (hub, pause, serve)
            yield (serve, pause, hub)
        for other in map(Visit.hub, vehicle.hubs):
            yield (hub, serve, other)
            if with_break:
                yield (hub, pause, serve, other)
                yield (hub, serve, pause, other)


def may_rest(vehicle: Vehicle) -> bool:
    """Whether the vehicle has a break that is not committed yet."""
    return vehicle.rest is not None and Visit.break_() not in vehicle.committed
