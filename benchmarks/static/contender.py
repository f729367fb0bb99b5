"""What takes part in a comparison: our engines and the peers."""

from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from typing import Protocol

from solvers.engines.abilities import Ability, required_abilities
from solvers.errors import UnsupportedProblemError
from solvers.model import Problem
from solvers.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one configuration of a contender came to.

    Attributes:
        solution: In our terms; ``None`` if nothing valid was found.
        build_s: Seconds for travel matrices and the library's own model.
        search_s: Seconds in the library's search, its set-up included.
        trace: Seconds of search and best cost then, where the library tells.
    """

    solution: Solution | None
    build_s: float
    search_s: float
    trace: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a configuration may use: seconds of search, a seed, and threads."""

    seconds: float
    seed: int
    threads: int


class Contender(Protocol):
    """An engine or peer.

    Attributes:
        name: As given on the command line.
        is_peer: Another project's library as its users would run it, not our engine.
        seeded: Different seeds give different answers.
        side_by_side: Its configurations run one a core at the same time; otherwise one after the
            other, each with the full time on all cores.
    """

    name: str
    is_peer: bool
    seeded: bool
    side_by_side: bool

    def version(self) -> str:
        """Of the library, as precisely as results depend on it."""

    def configurations(self, *, optional_stops: bool, cores: int) -> tuple[str, ...]:
        """Names of what is run; the best answer counts."""

    def answer(self, problem: Problem, configuration: str, budget: Budget) -> Answer:
        """Search with one configuration.

        Raises:
            UnsupportedProblemError: The library cannot model the problem.
        """


class UnknownContenderError(Exception):
    """No engine or peer goes by this name, or its library is not installed."""


_CONTENDERS = {
    "native": "benchmarks.static.ours:Native",
    "ortools": "benchmarks.static.ours:OrTools",
    "pyvrp": "benchmarks.static.peers.pyvrp:PyVrp",
    "vroom": "benchmarks.static.peers.vroom:Vroom",
    "ortools-peer": "benchmarks.static.peers.ortools:OrToolsPeer",
}


def contender_names() -> tuple[str, ...]:
    """Names ``get_contender`` knows."""
    return tuple(_CONTENDERS)


def get_contender(name: str) -> Contender:
    """The engine or peer of that name; its library is imported only now.

    Raises:
        UnknownContenderError: There is none, or its library is not installed.
    """
    if name not in _CONTENDERS:
        known = ", ".join(_CONTENDERS)
        raise UnknownContenderError(f"no engine named '{name}'; choose from: {known}")
    module, _, attribute = _CONTENDERS[name].partition(":")
    try:
        factory = getattr(import_module(module), attribute)
        contender: Contender = factory()
        contender.version()
    except (ModuleNotFoundError, PackageNotFoundError) as error:
        raise UnknownContenderError(
            f"engine '{name}' needs a package that is not installed ({error}); "
            "run: pip install '.[peers]'"
        ) from error
    return contender


def refuse_beyond(name: str, abilities: frozenset[Ability], problem: Problem) -> None:
    """Raise if ``problem`` asks for more than ``abilities``.

    Raises:
        UnsupportedProblemError: Names every such feature.
    """
    missing = required_abilities(problem) - abilities
    if missing:
        raise UnsupportedProblemError(name, sorted(missing))


def thinned(trace: list[tuple[float, int]], most: int = 200) -> tuple[tuple[float, int], ...]:
    """The moments at which the best cost fell, at most ``most`` of them and always the last."""
    falls: list[tuple[float, int]] = []
    for at_s, cost in trace:
        if not falls or cost < falls[-1][1]:
            falls.append((round(at_s, 3), cost))
    step = -(-len(falls) // most) or 1
    return tuple(falls[::-1][::step][::-1])
