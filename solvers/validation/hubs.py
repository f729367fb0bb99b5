"""Rules for hubs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from solvers.errors import ProblemIssue
from solvers.validation.issues import hub_name
from solvers.validation.stops import (
    id_issues,
    location_issues,
    per_dimension_issues,
    window_issues,
)

if TYPE_CHECKING:
    from solvers.model import Problem


def hub_issues(problem: "Problem") -> Iterator[ProblemIssue]:
    """Rules every hub keeps."""
    yield from id_issues("hub", (hub.id for hub in problem.hubs))
    locations = problem.travel[0].size if problem.travel else 0
    for hub in problem.hubs:
        name = hub_name(hub)
        yield from location_issues(name, "location", hub.location, locations)
        yield from window_issues(name, hub.windows)
        yield from per_dimension_issues(name, "unit_ms", hub.unit_ms, len(problem.dimensions))
