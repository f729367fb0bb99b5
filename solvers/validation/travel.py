"""Rules for travel sources: they fit each other, and nobody overtakes by waiting."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from solvers.errors import ProblemIssue
from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel
from solvers.validation.issues import issue

if TYPE_CHECKING:
    from solvers.model import Problem


def travel_issues(problem: "Problem") -> Iterator[ProblemIssue]:
    """Rules the travel sources keep together and each alone."""
    if not problem.travel and (problem.stops or problem.vehicles):
        yield issue("no-travel", "problem", "travel is empty", "give one source per profile")
    sizes = {source.size for source in problem.travel}
    if len(sizes) > 1:
        cause = f"travel sources know {sorted(sizes)} locations"
        yield issue("travel-sizes", "problem", cause, "build all profiles for the same locations")
    for profile, source in enumerate(problem.travel):
        if len(source.breakpoints_s) > 1:
            yield from _slope(profile, source)


def _slope(profile: int, source: object) -> Iterator[ProblemIssue]:
    """Durations between two breakpoints never fall faster than time passes."""
    if isinstance(source, MatrixTravel):
        yield from _matrix_slope(profile, source)
    elif isinstance(source, PlanarTravel):
        yield from _planar_slope(profile, source)


def _matrix_slope(profile: int, source: MatrixTravel) -> Iterator[ProblemIssue]:
    durations = source.durations
    for k, (start_s, end_s) in enumerate(pairwise(source.breakpoints_s)):
        now, later = durations[k].astype(np.int64), durations[k + 1].astype(np.int64)
        either = (now == UNREACHABLE) | (later == UNREACHABLE)
        falling = np.argwhere(~either & (now - later > end_s - start_s))
        if len(falling):
            origin, destination = (int(index) for index in falling[0])
            cause = (
                f"from {origin} to {destination} takes {now[origin, destination]} s at {start_s} "
                f"and {later[origin, destination]} s at {end_s}: leaving later arrives earlier "
                f"({len(falling)} such arcs)"
            )
            yield _slope_issue(profile, cause)


def _planar_slope(profile: int, source: PlanarTravel) -> Iterator[ProblemIssue]:
    """Judged for the longest way there can be, the diagonal of all locations."""
    if not source.size:
        return
    spread = source.xy_m.max(axis=0) - source.xy_m.min(axis=0)
    longest_m = int(np.hypot(*spread)) * source.detour_permille // 1000 + 1
    times = [-(-longest_m * 1000 // speed) for speed in source.speeds_mm_s]
    for k, (start_s, end_s) in enumerate(pairwise(source.breakpoints_s)):
        if times[k] - times[k + 1] > end_s - start_s:
            cause = (
                f"the longest way of {longest_m} m takes {times[k]} s at {start_s} and "
                f"{times[k + 1]} s at {end_s}: leaving later arrives earlier"
            )
            yield _slope_issue(profile, cause)


def _slope_issue(profile: int, cause: str) -> ProblemIssue:
    action = "spread the change of speed over a longer time between breakpoints"
    return issue("travel-slope", f"travel profile {profile}", cause, action)
