"""What a roll-out decides, and how good it is known to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dispatch.capacity.rollout.inputs import Resource, Service

TARGETS, DEMAND, COST = GOALS = ("targets met", "demand covered", "cost")


class Hire(NamedTuple):
    """People of a role who begin their training in a city in a week."""

    city: str
    role: Resource
    week: int


class Purchase(NamedTuple):
    """Assets bought for a city, of use from a week on."""

    city: str
    asset: Resource
    week: int


class Transfer(NamedTuple):
    """Assets that leave a city in a week for another one."""

    asset: Resource
    start: str
    end: str
    week: int


Step = Hire | Purchase | Transfer


@dataclass(frozen=True, slots=True)
class Schedule:
    """The decisions.

    Attributes:
        opening: Week in which each service opens, ``None`` for never; live ones open in week 0.
        working: Vehicles a service puts on the road, week by week.
        steps: How many people or assets take each step, at least 1.
    """

    opening: Mapping[Service, int | None]
    working: Mapping[Service, tuple[int, ...]]
    steps: Mapping[Step, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One of the three goals, each pursued without giving up the ones before.

    Attributes:
        goal: One of `GOALS`.
        value: What the schedule reaches.
        bound: What no schedule can better, the goals before being kept.
        seconds: Taken.
    """

    goal: str
    value: int
    bound: int
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound

    @property
    def gap(self) -> float:
        """Distance of the value from the bound, as a share of the value."""
        return abs(self.bound - self.value) / max(1, abs(self.value))


@dataclass(frozen=True, slots=True)
class Solved:
    """A schedule, its goals in order, and whether somebody ended the search early."""

    schedule: Schedule
    stages: tuple[Stage, ...]
    interrupted: bool
