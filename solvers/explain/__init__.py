"""Why a stop is not served, and what would let it be."""

from solvers.explain.explanation import NotExplainableError, explain, explain_each
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
    "explain_each",
]
