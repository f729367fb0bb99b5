"""Versions of what decides a plan."""

from importlib.metadata import version

_LIBRARIES = ("ortools", "h3", "shapely", "numpy")


def own_version() -> str:
    """Version of this package."""
    return version("pickup-dispatch")


def deciding_versions() -> dict[str, str]:
    """This package and the libraries that decide a plan, by name."""
    return {"pickup-dispatch": own_version(), **{name: version(name) for name in _LIBRARIES}}
