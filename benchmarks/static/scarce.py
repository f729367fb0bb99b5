"""How many couriers would serve every request of a generated instance, and a tenth fewer.

``python -m benchmarks scarce`` finds the numbers: the smallest fleet with which the native engine,
on one thread with seed 1 and a fixed number of iterations, leaves nobody out; by bisection, as a
fleet's first couriers are the same whatever its size. They are kept here so that the instances
stay the same when the engine gets better.
"""

import click

from benchmarks.measuring import heading
from benchmarks.static.pickup import pickup_problem
from solvers.engines.native import NativeEngine
from solvers.engines.protocol import Limits

_ITERATIONS = 50_000

_SERVES_ALL: dict[int, tuple[int, ...]] = {
    200: (16, 16, 20, 19, 16, 16, 17, 16, 16, 19),
    1_000: (75, 71, 79, 91, 88, 82, 75, 69, 80, 80),
}
"""Couriers that serve all, for seeds 1, 2, 3 ..."""


def scarce_seeds(requests: int) -> range:
    """Seeds of the scarce instances of that size."""
    return range(1, len(_SERVES_ALL[requests]) + 1)


def scarce_couriers(requests: int, seed: int) -> int:
    """A tenth fewer couriers than would serve all, rounded down."""
    return _SERVES_ALL[requests][seed - 1] * 9 // 10


@click.command("scarce")
@click.argument("requests", type=click.Choice([str(size) for size in _SERVES_ALL]))
@click.option("--seeds", default=10, show_default=True, help="Instances, with seeds from 1.")
def scarce_command(requests: str, seeds: int) -> None:
    """Find the couriers that would serve every request, from which scarce suites are made."""
    click.echo(heading())
    for seed in range(1, seeds + 1):
        click.echo(f"seed {seed}: {couriers_that_serve_all(int(requests), seed)} couriers")


def couriers_that_serve_all(requests: int, seed: int) -> int:
    """The smallest fleet found with which nobody is left out.

    Raises:
        ValueError: One courier for five requests is not enough.
    """
    low, high = requests // 40, requests // 5
    if not _serves_all(requests, high, seed):
        raise ValueError(f"{high} couriers cannot serve all {requests} requests of seed {seed}")
    while low < high:
        middle = (low + high) // 2
        if _serves_all(requests, middle, seed):
            high = middle
        else:
            low = middle + 1
    return high


def _serves_all(requests: int, couriers: int, seed: int) -> bool:
    problem = pickup_problem(requests, couriers, seed)
    found = NativeEngine().solve(problem, limits=Limits(iterations=_ITERATIONS), seed=1)
    return len(found.solution.served()) == requests
