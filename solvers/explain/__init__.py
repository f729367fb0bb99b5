"""Why a stop is not served, and what would let it be."""

from solvers.explain.explanation import NotExplainableError, explain
from solvers.explain.reasons import Change, ChangeKind, Code, Failure, Kind, Reason, Remedy

__all__ = [
    "Change",
    "ChangeKind",
    "Code",
    "Failure",
    "Kind",
    "NotExplainableError",
    "Reason",
    "Remedy",
    "explain",
]
