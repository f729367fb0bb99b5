"""How a live plan is made better: by the session's own search, or by any engine."""

from typing import Protocol

from solvers.engines.native.session import Session
from solvers.engines.protocol import Engine, Limits


class Search(Protocol):
    """Makes the plan of a session better, or leaves it as it is."""

    def __call__(self, session: Session, limits: Limits, seed: int) -> None:
        """Search within ``limits``."""
        ...


def by_session(session: Session, limits: Limits, seed: int) -> None:
    """The native engine, which goes on from what it knows of the plan."""
    session.search(limits, seed=seed)


class ByEngine:
    """An engine that is given problem and plan anew each time.

    Its plan is taken if it costs less than the one it was given, and if nothing was told in the
    meantime: a plan for what was known before is of no use then.

    Args:
        engine: Must model all that a live day needs.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, session: Session, limits: Limits, seed: int) -> None:
        """Search within ``limits``.

        Raises:
            UnsupportedProblemError: The engine does not model something of the day.
        """
        with session.turn():
            problem, plan = session.snapshot()
            revision = session.revision
        found = self._engine.solve(problem, limits=limits, seed=seed, warm_start=plan)
        with session.turn():
            if session.revision == revision:
                session.adopt(found.solution)
