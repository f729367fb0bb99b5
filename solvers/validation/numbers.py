"""Every quantity is a whole number, and none that counts something is negative."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from solvers.errors import ProblemIssue
from solvers.validation.issues import hub_name, issue, stop_name, vehicle_name

if TYPE_CHECKING:
    from solvers.model import Problem

TIME_LIMIT_S = 2**40

_TIMES = {"available_s", "shift_end_s", "release_s", "due_s", "previous_start_s"}
_NOT_NUMBERS = {"id", "address", "skills", "committed"}


def number_issues(problem: "Problem") -> Iterator[ProblemIssue]:
    """Quantities that are no whole numbers, are negative, or lie beyond all reason."""
    for stop in problem.stops:
        if not _is_plain(stop):
            yield from _of(stop, stop_name(stop))
    for hub in problem.hubs:
        if not _is_plain(hub):
            yield from _of(hub, hub_name(hub))
    for vehicle in problem.vehicles:
        if not _is_plain(vehicle):
            yield from _of(vehicle, vehicle_name(vehicle))
    yield from _of(problem.prices, "prices")


def _of(thing: Any, element: str) -> Iterator[ProblemIssue]:
    kind: Any = type(thing)
    for field in _numeric_fields(kind):
        value = getattr(thing, field)
        if value is not None:
            yield from _judge(value, field, element)


def _is_plain(value: Any) -> bool:
    """Whether all of it is whole numbers from 0 to the limit: by far the most common case."""
    kind: Any = type(value)
    if kind is int:
        return bool(0 <= value <= TIME_LIMIT_S)
    if value is None:
        return True
    if kind is tuple or kind is frozenset:
        return all(map(_is_plain, value))
    if hasattr(kind, "__dataclass_fields__"):
        return all(map(_is_plain, _values_of(kind)(value)))
    return False


@cache
def _numeric_fields(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name not in _NOT_NUMBERS)


@cache
def _values_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    names = _numeric_fields(kind)
    values = attrgetter(*names)
    return values if len(names) > 1 else lambda thing: (values(thing),)


def _judge(value: Any, field: str, element: str) -> Iterator[ProblemIssue]:
    if hasattr(value, "__dataclass_fields__"):
        for inner in fields(value):
            yield from _judge(getattr(value, inner.name), f"{field}.{inner.name}", element)
    elif isinstance(value, tuple | frozenset):
        for position, item in enumerate(value):
            yield from _judge(item, f"{field}[{position}]", element)
    elif type(value) is not int:
        cause = f"{field} is {value!r}, not a whole number"
        yield issue("not-an-integer", element, cause, "give a Python int")
    elif value < 0 and not _is_time(field):
        cause = f"{field} is {value}"
        yield issue("negative", element, cause, "give 0 or more")
    elif _is_time(field) and abs(value) > TIME_LIMIT_S:
        cause = f"{field} is {value}, beyond {TIME_LIMIT_S} seconds from t0"
        yield issue("time-range", element, cause, "count seconds from a t0 near the day planned")


def _is_time(field: str) -> bool:
    return field in _TIMES or "window" in field
