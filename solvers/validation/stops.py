"""Rules for stops, and for the windows they share with hubs."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from solvers.errors import ProblemIssue
from solvers.validation.issues import issue, stop_name

if TYPE_CHECKING:
    from solvers.model import Problem, Stop, TimeWindow


def stop_issues(problem: "Problem") -> Iterator[ProblemIssue]:
    """Rules every stop keeps."""
    yield from id_issues("stop", (stop.id for stop in problem.stops))
    locations = problem.travel[0].size if problem.travel else 0
    for stop in problem.stops:
        name = stop_name(stop)
        yield from location_issues(name, "location", stop.location, locations)
        yield from window_issues(name, stop.windows)
        yield from _per_class(problem, stop)
        yield from per_dimension_issues(name, "load", stop.load, len(problem.dimensions))
        yield from _due(stop)
        yield from _vehicles(problem, stop)


def id_issues(kind: str, ids: Iterable[str]) -> Iterator[ProblemIssue]:
    """Ids are not empty and not used twice."""
    seen: dict[str, int] = {}
    for position, name in enumerate(ids):
        if not name:
            element = f"{kind} at position {position}"
            yield issue("id-empty", element, "its id is empty", "give every one an id")
        elif name in seen:
            cause = f"positions {seen[name]} and {position} share this id"
            yield issue("id-twice", f"{kind} '{name}'", cause, "give each its own id")
        else:
            seen[name] = position


def location_issues(element: str, field: str, location: int, count: int) -> Iterator[ProblemIssue]:
    """A location index is known to the travel source."""
    if location >= count:
        cause = f"{field} is {location}, but travel knows {count} locations"
        yield issue("location-range", element, cause, f"give an index below {count}")


def window_issues(element: str, windows: Sequence["TimeWindow"]) -> Iterator[ProblemIssue]:
    """Windows run forward, in rising order, without overlap."""
    for window in windows:
        if window.end_s < window.start_s:
            cause = f"window {window.start_s} .. {window.end_s} ends before it starts"
            yield issue("window-reversed", element, cause, "swap the ends or drop the window")
    for earlier, later in pairwise(windows):
        if later.start_s <= earlier.end_s:
            cause = f"window from {later.start_s} begins before the one to {earlier.end_s} is over"
            yield issue("windows-order", element, cause, "sort the windows and merge overlaps")


def per_dimension_issues(
    element: str, field: str, values: Sequence[int], dimensions: int
) -> Iterator[ProblemIssue]:
    """A list per load dimension is empty or has one entry for each."""
    if values and len(values) != dimensions:
        cause = f"{field} has {len(values)} entries for {dimensions} load dimensions"
        yield issue("per-dimension-length", element, cause, "give one entry per dimension")


def _per_class(problem: "Problem", stop: "Stop") -> Iterator[ProblemIssue]:
    classes = len(problem.vehicle_classes)
    for field, values in (("service_s", stop.service_s), ("setup_s", stop.setup_s)):
        if len(values) == classes or (field == "setup_s" and not values):
            continue
        cause = f"{field} has {len(values)} entries for {classes} vehicle classes"
        yield issue("per-class-length", stop_name(stop), cause, "give one entry per class")


def _due(stop: "Stop") -> Iterator[ProblemIssue]:
    if stop.due_s is None:
        if stop.late_cost_per_s:
            cause = f"late_cost_per_s is {stop.late_cost_per_s}, but due_s is not given"
            yield issue("due-missing", stop_name(stop), cause, "give due_s or drop the price")
    elif stop.windows and stop.due_s > stop.windows[-1].end_s:
        cause = f"due_s is {stop.due_s}, after the last window's end {stop.windows[-1].end_s}"
        yield issue(
            "due-after-close", stop_name(stop), cause, "let windows run on to due_s or later"
        )


def _vehicles(problem: "Problem", stop: "Stop") -> Iterator[ProblemIssue]:
    count = len(problem.vehicles)
    named = {
        "allowed_vehicles": stop.allowed_vehicles or frozenset(),
        "excluded_vehicles": stop.excluded_vehicles,
        "previous_vehicle": {stop.previous_vehicle} - {None},
    }
    for field, indices in named.items():
        for index in indices:
            if index is not None and index >= count:
                cause = f"{field} names vehicle {index}, but there are {count}"
                yield issue("vehicle-range", stop_name(stop), cause, f"use indices below {count}")
