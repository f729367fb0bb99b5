"""Simulated days of several policies on the same seeds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dispatch.simulation.acceptance import EarliestWindow
from dispatch.simulation.city import SimulatedCity
from dispatch.simulation.habits import Habits
from dispatch.simulation.hindsight import in_hindsight
from dispatch.simulation.metrics import (
    FIGURES,
    Metrics,
    Summary,
    metrics_of,
    single_figures,
    summary,
)
from dispatch.simulation.paired import Difference, difference
from dispatch.simulation.policies import policy_named
from dispatch.simulation.records import DayRecord
from dispatch.simulation.scenarios import Scenario
from dispatch.simulation.world import World
from solvers.engines.protocol import Limits

_REHEARSAL_SEED = 2**32 - 1
"""Of the chance on the day before; no study has it as a seed of its days."""


class StudyStoppedError(Exception):
    """The study was asked to stop in the middle of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """The plan with all known, to be made for the days of a policy.

    Attributes:
        policy: Whose days.
        seconds: Of search for each day.
    """

    policy: str
    seconds: float

    @property
    def name(self) -> str:
        """As a policy of the study."""
        return f"hindsight of {self.policy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What to simulate.

    Attributes:
        city: Of all days.
        scenario: The kind of day.
        policies: Names of the policies, each to be run on all days.
        seeds: One for each day.
        tick_s: Seconds between two ticks of the clock.
        search: Limits of every search of policies that search, instead of their own.
        hindsight: Whether to plan the days again with all known.
    """

    city: SimulatedCity
    scenario: Scenario
    policies: tuple[str, ...]
    seeds: tuple[int, ...]
    tick_s: int = 60
    search: Limits | None = None
    hindsight: Hindsight | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All that is compared: the policies, and the hindsight."""
        return self.policies + ((self.hindsight.name,) if self.hindsight else ())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedDay:
    """One day under one policy: its figures, and what happened."""

    policy: str
    seed: int
    metrics: Metrics
    record: DayRecord


@dataclass(slots=True, kw_only=True)
class StudyResult:
    """The days of a study that were simulated.

    Attributes:
        study: What was asked for.
        days: In the order they were simulated: seed by seed, policy by policy.
        interrupted: Whether days are missing because the study was stopped.
    """

    study: Study
    days: list[SimulatedDay] = field(default_factory=list)
    interrupted: bool = False

    def of(self, policy: str) -> Sequence[Metrics]:
        """Figures of the days of one policy."""
        return [day.metrics for day in self.days if day.policy == policy]

    def summaries(self) -> Mapping[str, Mapping[str, Summary | None]]:
        """Each figure over the days, by policy and name of the figure."""
        figures = {
            policy: [single_figures(metrics) for metrics in self.of(policy)]
            for policy in self.study.names
        }
        return {
            policy: {name: summary([row[name] for row in rows]) for name in FIGURES}
            for policy, rows in figures.items()
        }

    def differences(self, policy: str, other: str) -> Mapping[str, Difference | None]:
        """Each figure of ``policy`` less that of ``other``, over the days both have."""
        figures = {
            name: {day.seed: single_figures(day.metrics) for day in self.days if day.policy == name}
            for name in (policy, other)
        }
        seeds = [seed for seed in figures[policy] if seed in figures[other]]
        return {
            name: difference(
                [(figures[policy][seed][name], figures[other][seed][name]) for seed in seeds]
            )
            for name in FIGURES
        }


def run_study(
    study: Study,
    *,
    on_progress: Callable[[str, int | None, int], None],
    stop: Callable[[], bool],
) -> StudyResult:
    """Simulate all days of a study, seed by seed, so that whatever is done can be compared.

    Args:
        study: What to simulate.
        on_progress: Told the policy, the seed (``None`` for the rehearsal) and the second of the
            day, often.
        stop: Asked often whether to stop; a day that is not over then is dropped.
    """
    result = StudyResult(study=study)
    try:
        for day in _days(study, on_progress, stop):
            result.days.append(day)
    except StudyStoppedError:
        result.interrupted = True
    return result


def _days(
    study: Study, on_progress: Callable[[str, int | None, int], None], stop: Callable[[], bool]
) -> Iterator[SimulatedDay]:
    def look_up(policy: str, seed: int | None) -> Callable[[int], None]:
        def told(at: int) -> None:
            if stop():
                raise StudyStoppedError
            on_progress(policy, seed, at)

        return told

    habits = {policy: rehearse(study, policy, look_up(policy, None)) for policy in study.policies}
    for seed in study.seeds:
        for policy in study.policies:
            day = simulate_day(study, policy, seed, habits[policy], look_up(policy, seed))
            yield day
            if study.hindsight is not None and study.hindsight.policy == policy:
                look_up(study.hindsight.name, seed)(0)
                yield hindsight_day(study, study.hindsight, day, stop)


def rehearse(study: Study, policy: str, on_progress: Callable[[int], None] | None = None) -> Habits:
    """What is usual under a policy, from a day before that counts in no figure."""
    city = replace(study.city, demand=study.city.expected)
    scenario = study.scenario.rehearsed()
    rehearsing = policy_named(policy, study.search)
    acceptance = EarliestWindow(policy=rehearsing)
    World(
        city.briefing(scenario, _REHEARSAL_SEED),
        city.requests(scenario, _REHEARSAL_SEED),
        scenario=scenario,
        seed=_REHEARSAL_SEED,
        policy=rehearsing,
        acceptance=acceptance,
        tick_s=study.tick_s,
        on_progress=on_progress,
    ).run()
    return acceptance.habits()


def simulate_day(
    study: Study,
    policy: str,
    seed: int,
    habits: Habits,
    on_progress: Callable[[int], None] | None = None,
) -> SimulatedDay:
    """One day of a study under one policy.

    Args:
        study: What is simulated.
        policy: Its name.
        seed: Of the day.
        habits: As ``rehearse`` found them.
        on_progress: Told the second of the day, often.
    """
    chosen = policy_named(policy, study.search)
    record = World(
        study.city.briefing(study.scenario, seed),
        study.city.requests(study.scenario, seed),
        scenario=study.scenario,
        seed=seed,
        policy=chosen,
        acceptance=EarliestWindow(habits, policy=chosen),
        tick_s=study.tick_s,
        on_progress=on_progress,
    ).run()
    metrics = metrics_of(record, study.city.couriers)
    return SimulatedDay(policy=policy, seed=seed, metrics=metrics, record=record)


def hindsight_day(
    study: Study, hindsight: Hindsight, day: SimulatedDay, stop: Callable[[], bool]
) -> SimulatedDay:
    """A day again, with all known."""
    record = in_hindsight(
        study.city, study.scenario, day.seed, day.record, seconds=hindsight.seconds, stop=stop
    )
    if stop():
        raise StudyStoppedError
    metrics = metrics_of(record, study.city.couriers)
    return SimulatedDay(policy=hindsight.name, seed=day.seed, metrics=metrics, record=record)
