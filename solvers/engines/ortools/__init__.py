"""OR-Tools' routing library as an engine."""

from solvers.engines.ortools.engine import OrToolsEngine

__all__ = ["OrToolsEngine"]
