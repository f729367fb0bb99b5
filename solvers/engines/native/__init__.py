"""The native engine: ruin and recreate in C++, for the whole model."""

from solvers.engines.native.engine import NativeEngine

__all__ = ["NativeEngine"]
