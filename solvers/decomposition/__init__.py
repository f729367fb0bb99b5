"""Large problems split by zone, solved side by side and mended across the borders."""

from solvers.decomposition.engine import ZonedEngine

__all__ = ["ZonedEngine"]
