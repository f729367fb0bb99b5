"""Rules for vehicles and their committed visits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from solvers.errors import ProblemIssue
from solvers.validation.issues import issue, vehicle_name
from solvers.validation.stops import (
    id_issues,
    location_issues,
    per_dimension_issues,
    window_issues,
)

if TYPE_CHECKING:
    from solvers.model import Problem, Vehicle


def vehicle_issues(problem: "Problem") -> Iterator[ProblemIssue]:
    """Rules every vehicle keeps."""
    yield from id_issues("vehicle", (vehicle.id for vehicle in problem.vehicles))
    for vehicle in problem.vehicles:
        yield from _places(problem, vehicle)
        yield from _ranges(problem, vehicle)
        yield from _loads(problem, vehicle)
        yield from _shift(vehicle)
        yield from _committed(problem, vehicle)
    yield from _committed_twice(problem)


def _places(problem: "Problem", vehicle: "Vehicle") -> Iterator[ProblemIssue]:
    locations = problem.travel[0].size if problem.travel else 0
    for field, location in (("start", vehicle.start), ("end", vehicle.end)):
        if location is not None:
            yield from location_issues(vehicle_name(vehicle), field, location, locations)


def _ranges(problem: "Problem", vehicle: "Vehicle") -> Iterator[ProblemIssue]:
    name = vehicle_name(vehicle)
    classes, profiles, hubs = len(problem.vehicle_classes), len(problem.travel), len(problem.hubs)
    if vehicle.vehicle_class >= classes:
        cause = f"vehicle_class is {vehicle.vehicle_class}, but there are {classes}"
        yield issue("class-range", name, cause, f"use an index below {classes}")
    if problem.travel and vehicle.profile >= profiles:
        cause = f"profile is {vehicle.profile}, but there are {profiles} travel sources"
        yield issue("profile-range", name, cause, f"use an index below {profiles}")
    for hub in vehicle.hubs:
        if hub >= hubs:
            cause = f"hubs names hub {hub}, but there are {hubs}"
            yield issue("hub-range", name, cause, f"use indices below {hubs}")
    if len(set(vehicle.hubs)) < len(vehicle.hubs):
        yield issue("hub-twice", name, f"hubs is {vehicle.hubs}", "list each hub once")


def _loads(problem: "Problem", vehicle: "Vehicle") -> Iterator[ProblemIssue]:
    name, dimensions = vehicle_name(vehicle), len(problem.dimensions)
    yield from per_dimension_issues(name, "initial_load", vehicle.initial_load, dimensions)
    if len(vehicle.capacity) != dimensions:
        cause = f"capacity has {len(vehicle.capacity)} entries for {dimensions} load dimensions"
        yield issue("per-dimension-length", name, cause, "give one entry per dimension")


def _shift(vehicle: "Vehicle") -> Iterator[ProblemIssue]:
    name = vehicle_name(vehicle)
    if vehicle.shift_end_s is not None and vehicle.shift_end_s < vehicle.available_s:
        cause = f"shift_end_s {vehicle.shift_end_s} is before available_s {vehicle.available_s}"
        yield issue("shift-reversed", name, cause, "let the shift end after it begins")
    if vehicle.rest is not None:
        yield from window_issues(name, (vehicle.rest.window,))


def _committed(problem: "Problem", vehicle: "Vehicle") -> Iterator[ProblemIssue]:
    name = vehicle_name(vehicle)
    breaks = 0
    for visit in vehicle.committed:
        if visit.kind == "break":
            breaks += 1
        elif visit.kind == "hub" and visit.index >= len(problem.hubs):
            cause = f"it is committed to hub {visit.index}, but there are {len(problem.hubs)}"
            yield issue("hub-range", name, cause, "commit to known hubs only")
        elif visit.kind == "stop" and visit.index >= len(problem.stops):
            cause = f"it is committed to stop {visit.index}, but there are {len(problem.stops)}"
            yield issue("stop-range", name, cause, "commit to known stops only")
    if breaks > (vehicle.rest is not None):
        cause = f"it is committed to {breaks} breaks and has {int(vehicle.rest is not None)}"
        yield issue("committed-break", name, cause, "commit to its one break at most")


def _committed_twice(problem: "Problem") -> Iterator[ProblemIssue]:
    owner: dict[int, str] = {}
    for vehicle in problem.vehicles:
        for visit in vehicle.committed:
            if visit.kind != "stop":
                continue
            if visit.index in owner:
                cause = f"stop {visit.index} is already committed to vehicle '{owner[visit.index]}'"
                yield issue("committed-twice", vehicle_name(vehicle), cause, "commit a stop once")
            owner[visit.index] = vehicle.id
