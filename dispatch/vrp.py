"""Public problem files: read in any of the forms, solved, answered in the form they came in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dispatch.defaults import DETOUR
from geo.errors import GeoError
from geo.projection import LocalProjection
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile
from solvers.checker import CheckReport, check
from solvers.formats.cvrplib.departures import with_late_departures
from solvers.formats.cvrplib.instance import Instance
from solvers.formats.cvrplib.reading import InstanceForm, form_of, read_instance
from solvers.formats.cvrplib.rounding import Rounding
from solvers.formats.cvrplib.solutions import read_solution, write_solution
from solvers.formats.errors import FormatError
from solvers.formats.vroom.answers import read_answer
from solvers.formats.vroom.case import LonLat, VroomCase
from solvers.formats.vroom.reading import parse_json, read_vroom
from solvers.formats.vroom.writing import write_answer
from solvers.model import Problem
from solvers.solution import Solution

_SLOW_KMH = 16
_FAST_KMH = 25
_SLOW_PROFILES = ("bike", "bicycle", "cycl", "scooter")


class FileFormat(StrEnum):
    """Forms of a problem file; ``auto`` goes by the content."""

    AUTO = "auto"
    VROOM = "vroom"
    SOLOMON = "solomon"
    VRPLIB = "vrplib"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an answer file says: the plan, and its cost in the file's own units, if given."""

    solution: Solution
    cost: Fraction | None


class ProblemFile(Protocol):
    """A problem with the form it came in."""

    @property
    def problem(self) -> Problem:
        """The problem."""
        ...

    @property
    def start(self) -> Solution | None:
        """A plan to begin with, if the file holds one."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What the user should be told about the reading."""
        ...

    def judge(self, solution: Solution) -> CheckReport:
        """The checker's verdict."""
        ...

    def cost(self, report: CheckReport) -> Fraction:
        """Cost of a judged plan in the units in which such answers state it."""
        ...

    def search_cost(self, cost: int) -> str:
        """A cost seen during the search, for people."""
        ...

    def answer(self, report: CheckReport, solution: Solution, computing_ms: dict[str, int]) -> str:
        """Text of the answer file."""
        ...

    def claim(self, text: str) -> Claim:
        """What the answer file ``text`` says.

        Raises:
            FormatError: It is broken, or the answer to another problem.
        """
        ...


def read_problem(text: str, form: FileFormat, rounding: Rounding | None) -> ProblemFile:
    """The problem that the file ``text`` holds.

    Args:
        text: Of the file.
        form: Its form.
        rounding: Of distances and times in Solomon's and VRPLIB's forms; ``None`` follows the
            published results of the instance's kind.

    Raises:
        FormatError: The file is broken or asks for something that is not supported.
    """
    if form is FileFormat.AUTO:
        form = FileFormat.VROOM if text.lstrip()[:1] in ("{", "[") else FileFormat(form_of(text))
    if form is not FileFormat.VROOM:
        return InstanceFile(read_instance(text, InstanceForm(form), rounding))
    if rounding not in (None, Rounding.NONE):
        cause = f"'{rounding}' does not apply to VROOM's form, which holds integers"
        raise FormatError("--rounding", cause, "leave it out")
    return VroomFile(read_vroom(text, straight_line_travel))


@dataclass(frozen=True, slots=True)
class InstanceFile:
    """A Solomon or VRPLIB instance."""

    instance: Instance

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.instance.problem

    @property
    def start(self) -> Solution | None:
        """None: these forms hold no start."""
        return None

    @property
    def notes(self) -> Sequence[str]:
        """The rounding, without which a cost means nothing."""
        instance = self.instance
        return (
            f"rounding {instance.rounding}: {instance.rounding.scale} unit(s) in the model for "
            f"one of the instance; costs are in {instance.unit}",
        )

    def judge(self, solution: Solution) -> CheckReport:
        """The checker's verdict, on departures as late as they may be."""
        return check(with_late_departures(self.problem, solution), solution)

    def cost(self, report: CheckReport) -> Fraction:
        """As published costs of this kind of instance count."""
        return self.instance.published_cost(report.cost.total)

    def search_cost(self, cost: int) -> str:
        """As published costs of this kind of instance count."""
        return self.instance.cost_text(cost)

    def answer(self, report: CheckReport, solution: Solution, computing_ms: dict[str, int]) -> str:  # noqa: ARG002
        """CVRPLIB's form, which has no place for computing times."""
        return write_solution(self.instance, solution, report.cost.total)

    def claim(self, text: str) -> Claim:
        """What a file in CVRPLIB's form says."""
        claimed = read_solution(text, self.instance)
        return Claim(claimed.solution, claimed.cost)


@dataclass(frozen=True, slots=True)
class VroomFile:
    """A problem in VROOM's form."""

    case: VroomCase

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.case.problem

    @property
    def start(self) -> Solution | None:
        """The routes of the vehicles' steps."""
        return self.case.start

    @property
    def notes(self) -> Sequence[str]:
        """What the reader had to choose."""
        return self.case.notes

    def judge(self, solution: Solution) -> CheckReport:
        """The checker's verdict."""
        return check(self.problem, solution)

    def cost(self, report: CheckReport) -> Fraction:
        """VROOM's cost: vehicles and driving; jobs left out are counted apart."""
        return Fraction(sum(self.case.route_cost(schedule) for schedule in report.schedules))

    def search_cost(self, cost: int) -> str:
        """VROOM's cost."""
        return f"{self.case.search_cost(cost):,.0f}"

    def answer(self, report: CheckReport, solution: Solution, computing_ms: dict[str, int]) -> str:  # noqa: ARG002
        """VROOM's JSON, from the replayed plan."""
        return json.dumps(write_answer(self.case, report, computing_ms), indent=2) + "\n"

    def claim(self, text: str) -> Claim:
        """What a VROOM answer says."""
        claimed = read_answer(parse_json(text), self.case)
        return Claim(claimed.solution, None if claimed.cost is None else Fraction(claimed.cost))


def straight_line_travel(
    profile: str, places: Sequence[LonLat]
) -> tuple[npt.ArrayLike, npt.ArrayLike]:
    """Seconds and metres between WGS84 places, along straight lines with a detour.

    Profiles that sound like two wheels ride at 16 km/h, all others drive at 25 km/h.

    Raises:
        FormatError: The places are too far apart for a plane.
    """
    points = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    slow = any(word in profile.lower() for word in _SLOW_PROFILES)
    speed = SpeedProfile(
        vehicle_class=profile,
        detour_permille=round(DETOUR * 1000),
        speeds_mm_s=(round((_SLOW_KMH if slow else _FAST_KMH) * 1_000_000 / 3600),),
    )
    lon, lat = (float(value) for value in (points.min(axis=0) + points.max(axis=0)) / 2)
    projection = LocalProjection(centre_lon=lon, centre_lat=lat)
    try:
        source = StraightLine.covering(points, projection=projection)
        travel = source.matrix(points, points, profile=speed, breakpoints_s=(0,))
    except GeoError as error:
        action = "give matrices, or places of one region"
        raise FormatError("coordinates", str(error), action) from error
    return travel.duration_s[0], travel.distance_m
