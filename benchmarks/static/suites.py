"""The suites by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.static.cases import Case
from benchmarks.static.jd_beijing import jd_case, jd_names
from benchmarks.static.pickup import SCARCE_PRICE, UNSERVED_PRICE, pickup_problem
from benchmarks.static.public import (
    homberger_case,
    homberger_names,
    solomon_case,
    solomon_names,
    vrplib_case,
    vrplib_names,
)
from benchmarks.static.scarce import scarce_couriers, scarce_seeds

_COURIERS = {100: 12, 200: 22, 1_000: 105, 5_000: 500, 10_000: 1_000}
_INSTANCES = {100: 10, 200: 10, 1_000: 10, 5_000: 3, 10_000: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Instances of one kind.

    Attributes:
        name: As given on the command line.
        convention: What its costs count.
        optional_stops: Stops may be left out at a price.
        names: Names of the instances, given the data folder.
        load: The case, given the data folder and a name.
    """

    name: str
    convention: str
    optional_stops: bool
    names: Callable[[Path], tuple[str, ...]]
    load: Callable[[Path, str], Case]


class UnknownSuiteError(Exception):
    """No suite goes by this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no suite named '{name}'; choose from: {', '.join(suite_names())}")


class MissingDataError(Exception):
    """The public instances are not where they were looked for."""

    def __init__(self, suite: str, data: Path) -> None:
        super().__init__(
            f"no instances of suite '{suite}' under {data}; give the folder of downloaded "
            "instances with --data, or choose a generated suite (pickup-...)"
        )


def suite_names() -> tuple[str, ...]:
    """Names ``get_suite`` knows."""
    return tuple(_SUITES)


def get_suite(name: str) -> Suite:
    """The suite of that name.

    Raises:
        UnknownSuiteError: There is none; the error lists those there are.
    """
    if name not in _SUITES:
        raise UnknownSuiteError(name)
    return _SUITES[name]


def instance_names(suite: Suite, data: Path, most: int | None) -> tuple[str, ...]:
    """The first ``most`` instances of the suite, all of them where it is ``None``.

    Raises:
        MissingDataError: There are none.
    """
    names = suite.names(data)
    if not names:
        raise MissingDataError(suite.name, data)
    return names[:most]


def _pickup(requests: int) -> Suite:
    seeds = range(1, _INSTANCES[requests] + 1)

    def load(data: Path, name: str) -> Case:  # noqa: ARG001
        return Case(
            name=name, problem=pickup_problem(requests, _COURIERS[requests], _seed_of(name))
        )

    return _generated(f"pickup-{requests}", seeds, load)


def _scarce(requests: int) -> Suite:
    def load(data: Path, name: str) -> Case:  # noqa: ARG001
        seed = _seed_of(name)
        couriers = scarce_couriers(requests, seed)
        problem = pickup_problem(requests, couriers, seed, unserved_price=SCARCE_PRICE)
        return Case(name=name, problem=problem)

    return _generated(f"pickup-scarce-{requests}", scarce_seeds(requests), load, SCARCE_PRICE)


def _generated(
    name: str, seeds: range, load: Callable[[Path, str], Case], price: int = UNSERVED_PRICE
) -> Suite:
    def names(data: Path) -> tuple[str, ...]:  # noqa: ARG001
        return tuple(f"seed{seed}" for seed in seeds)

    convention = f"seconds of driving, {price} for each request left out"
    return Suite(name=name, convention=convention, optional_stops=True, names=names, load=load)


def _seed_of(name: str) -> int:
    return int(name.removeprefix("seed"))


def _public(
    name: str,
    convention: str,
    names: Callable[[Path], tuple[str, ...]],
    load: Callable[[Path, str], Case],
) -> Suite:
    return Suite(name=name, convention=convention, optional_stops=False, names=names, load=load)


def _homberger(customers: int) -> Suite:
    names = partial(homberger_names, customers=customers)
    return _public(f"homberger-{customers}", _DIMACS, names, homberger_case)


def _vrplib(folder: str, convention: str) -> Suite:
    def names(data: Path) -> tuple[str, ...]:
        return vrplib_names(data, folder)

    def load(data: Path, name: str) -> Case:
        return vrplib_case(data, folder, name)

    return _public(folder, convention, names, load)


_DIMACS = "total distance, distances truncated to one decimal (dimacs), fleet free"

_SUITES = {
    suite.name: suite
    for suite in (
        *(_pickup(requests) for requests in _COURIERS),
        *(_scarce(requests) for requests in (200, 1_000)),
        _public("solomon", _DIMACS, solomon_names, solomon_case),
        *(_homberger(customers) for customers in (200, 400, 1_000)),
        _vrplib("mtvrptwr", "total distance in tenths, truncated (dimacs), reloading allowed"),
        _vrplib("sdvrptw", "total distance in thousandths, rounded (exact), fleet given"),
        _public("jd-beijing", "300 a vehicle, 0.014 a metre, pickups only", jd_names, jd_case),
    )
}
