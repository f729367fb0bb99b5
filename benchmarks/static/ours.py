"""Our engines as contenders."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from benchmarks.static.contender import Answer, Budget, thinned
from solvers.engines.native import NativeEngine
from solvers.engines.ortools import OrToolsEngine
from solvers.engines.protocol import Engine, Limits, Progress
from solvers.engines.registry import refuse_unsupported
from solvers.kernel import _kernel
from solvers.model import Problem


class Native:
    """The native engine on all cores."""

    name = "native"
    is_peer = False
    seeded = True
    side_by_side = False

    def version(self) -> str:
        """Digest of the compiled kernel, as results change with every build."""
        compiled = Path(str(_kernel.__file__)).read_bytes()
        return f"kernel {hashlib.sha256(compiled).hexdigest()[:12]}"

    def configurations(self, *, optional_stops: bool, cores: int) -> tuple[str, ...]:  # noqa: ARG002
        """One: it takes the cores itself."""
        return ("all cores",)

    def answer(self, problem: Problem, configuration: str, budget: Budget) -> Answer:  # noqa: ARG002
        """Search; see ``Contender.answer``."""
        return _answer(NativeEngine(threads=budget.threads), problem, budget)


class OrTools:
    """OR-Tools behind our engine protocol, without zones."""

    name = "ortools"
    is_peer = False
    seeded = False
    side_by_side = False

    def version(self) -> str:
        """Of OR-Tools."""
        return f"ortools {version('ortools')}"

    def configurations(self, *, optional_stops: bool, cores: int) -> tuple[str, ...]:  # noqa: ARG002
        """One, on one thread."""
        return ("guided local search",)

    def answer(self, problem: Problem, configuration: str, budget: Budget) -> Answer:  # noqa: ARG002
        """Search; see ``Contender.answer``."""
        return _answer(OrToolsEngine(), problem, budget)


def _answer(engine: Engine, problem: Problem, budget: Budget) -> Answer:
    refuse_unsupported(engine, problem)
    trace: list[tuple[float, int]] = []

    def note(progress: Progress) -> None:
        if progress.cost is not None:
            trace.append((progress.elapsed_s, progress.cost))

    began = perf_counter()
    limits = Limits(seconds=budget.seconds)
    result = engine.solve(problem, limits=limits, seed=budget.seed, progress=note)
    return Answer(
        solution=result.solution,
        build_s=0.0,
        search_s=perf_counter() - began,
        trace=thinned(trace),
    )
