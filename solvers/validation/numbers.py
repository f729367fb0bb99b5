"""Every quantity is a whole number, and none that counts something is negative."""

from collections.abc import Iterator
from dataclasses import fields
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
        yield from _of(stop, stop_name(stop))
    for hub in problem.hubs:
        yield from _of(hub, hub_name(hub))
    for vehicle in problem.vehicles:
        yield from _of(vehicle, vehicle_name(vehicle))
    yield from _of(problem.prices, "prices")


def _of(thing: Any, element: str) -> Iterator[ProblemIssue]:
    for field in _numeric_fields(type(thing)):
        value = getattr(thing, field)
        if type(value) is int:
            if 0 <= value <= TIME_LIMIT_S:
                continue
        elif not value and value is not False and not isinstance(value, float):
            continue
        yield from _judge(value, field, element)


_CACHE: dict[type, tuple[str, ...]] = {}


def _numeric_fields(kind: type) -> tuple[str, ...]:
    if kind not in _CACHE:
        _CACHE[kind] = tuple(f.name for f in fields(kind) if f.name not in _NOT_NUMBERS)
    return _CACHE[kind]


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
