"""The C++ kernel of the street networks; ``geo.roads`` is its face.

Raises:
    ImportError: The compiled part is missing; the message says how to build it.
"""

try:
    from geo.kernel._streets import matrix, ways
except ModuleNotFoundError as error:
    raise ImportError(
        "the compiled part of the street networks is missing; install a C++20 compiler (g++ 11, "
        "clang 14 or later) and run 'pip install .' again"
    ) from error

__all__ = ["matrix", "ways"]
