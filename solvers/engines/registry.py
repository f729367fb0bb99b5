"""Engines by name; each is imported only when asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from solvers.engines.abilities import required_abilities
from solvers.engines.protocol import Engine
from solvers.errors import UnknownEngineError, UnsupportedProblemError
from solvers.model import Problem

_ENGINES: dict[str, str] = {
    "native": "solvers.engines.native:NativeEngine",
    "ortools": "solvers.engines.ortools:OrToolsEngine",
}

DEFAULT_ENGINE = "native"


def engine_names() -> tuple[str, ...]:
    """Names ``get_engine`` knows, sorted."""
    return tuple(sorted(_ENGINES))


def get_engine(name: str) -> Engine:
    """The engine of that name.

    Raises:
        UnknownEngineError: There is none; the error lists those there are.
    """
    if name not in _ENGINES:
        raise UnknownEngineError(name, engine_names())
    module, _, attribute = _ENGINES[name].partition(":")
    factory = cast("Callable[[], Engine]", getattr(import_module(module), attribute))
    return factory()


def refuse_unsupported(engine: Engine, problem: Problem) -> None:
    """Raise if ``problem`` asks for something ``engine`` does not model.

    Raises:
        UnsupportedProblemError: Names every such feature.
    """
    missing = required_abilities(problem) - engine.exact - engine.safe_side
    if missing:
        raise UnsupportedProblemError(engine.name, sorted(missing))
