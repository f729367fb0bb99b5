"""The C++ kernel of the native engine; ``solvers.engines.native`` is its face to the model.

Raises:
    ImportError: The compiled part is missing; the message says how to build it.
"""

try:
    from solvers.kernel._kernel import (
        NEVER,
        NearestInsertion,
        Probe,
        Problem,
        Session,
        Solver,
        Travel,
        place_dense,
        place_planar,
    )
except ModuleNotFoundError as error:
    raise ImportError(
        "the native engine's compiled part is missing; install a C++20 compiler (g++ 11, "
        "clang 14 or later) and run 'pip install .' again, or choose another engine"
    ) from error

__all__ = [
    "NEVER",
    "NearestInsertion",
    "Probe",
    "Problem",
    "Session",
    "Solver",
    "Travel",
    "place_dense",
    "place_planar",
]
