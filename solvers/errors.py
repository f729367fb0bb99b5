"""Errors of the solver layer: every one says what was wrong, why it matters and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemIssue:
    """One rule a problem breaks.

    Attributes:
        code: Stable identifier, listed in ``docs/problem-errors.md``.
        element: What breaks it, with its id, for example ``stop 'R17'``.
        cause: What is wrong, with the value.
        action: What to do about it.
    """

    code: str
    element: str
    cause: str
    action: str

    def __str__(self) -> str:
        return f"[{self.code}] {self.element}: {self.cause}; {self.action}"


class SolverError(Exception):
    """Base of all errors raised on purpose by the solver layer."""


class InvalidProblemError(SolverError):
    """A problem breaks at least one rule; ``issues`` holds all of them, not just the first."""

    def __init__(self, issues: Sequence[ProblemIssue]) -> None:
        self.issues = tuple(issues)
        shown = "\n".join(f"  {issue}" for issue in self.issues[:20])
        more = len(self.issues) - 20
        tail = f"\n  ... and {more} more" if more > 0 else ""
        super().__init__(f"{len(self.issues)} problem error(s):\n{shown}{tail}")


class UnsupportedProblemError(SolverError):
    """An engine was given a problem with features it cannot model; ``features`` names them."""

    def __init__(self, engine: str, features: Sequence[str]) -> None:
        self.engine = engine
        self.features = tuple(features)
        super().__init__(
            f"engine '{engine}' cannot model: {', '.join(self.features)}; "
            "choose another engine or leave these out"
        )


class UnknownEngineError(SolverError):
    """No engine goes by this name; ``known`` lists those that exist."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(f"no engine named '{name}'; choose one of: {', '.join(self.known)}")
