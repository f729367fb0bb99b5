"""Simulated days of several policies on the same seeds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dispatch.simulation.acceptance import EarliestWindow
from dispatch.simulation.city import SimulatedCity
from dispatch.simulation.metrics import (
    FIGURES,
    Metrics,
    Summary,
    metrics_of,
    single_figures,
    summary,
)
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.scenarios import Scenario
from dispatch.simulation.world import World


class StudyStoppedError(Exception):
    """The study was asked to stop in the middle of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What to simulate.

    Attributes:
        city: Of all days.
        scenario: The kind of day.
        policies: Names of the policies, each to be run on all days.
        seeds: One for each day.
        tick_s: Seconds between two ticks of the clock.
    """

    city: SimulatedCity
    scenario: Scenario
    policies: tuple[str, ...]
    seeds: tuple[int, ...]
    tick_s: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedDay:
    """The figures of one day under one policy."""

    policy: str
    seed: int
    metrics: Metrics


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
            for policy in self.study.policies
        }
        return {
            policy: {name: summary([row[name] for row in rows]) for name in FIGURES}
            for policy, rows in figures.items()
        }


def run_study(
    study: Study,
    *,
    on_progress: Callable[[str, int, int], None],
    stop: Callable[[], bool],
) -> StudyResult:
    """Simulate all days of a study, seed by seed, so that whatever is done can be compared.

    Args:
        study: What to simulate.
        on_progress: Told the policy, the seed and the second of the day, often.
        stop: Asked often whether to stop; a day that is not over then is dropped.
    """
    result = StudyResult(study=study)
    try:
        for seed, policy in _days(study):
            result.days.append(_simulate(study, policy, seed, on_progress, stop))
    except StudyStoppedError:
        result.interrupted = True
    return result


def _days(study: Study) -> Iterator[tuple[int, str]]:
    for seed in study.seeds:
        for policy in study.policies:
            yield seed, policy


def _simulate(
    study: Study,
    policy: str,
    seed: int,
    on_progress: Callable[[str, int, int], None],
    stop: Callable[[], bool],
) -> SimulatedDay:
    def look_up(at: int) -> None:
        if stop():
            raise StudyStoppedError
        on_progress(policy, seed, at)

    day = World(
        study.city.briefing(study.scenario, seed),
        study.city.requests(study.scenario, seed),
        scenario=study.scenario,
        seed=seed,
        policy=POLICIES[policy](),
        acceptance=EarliestWindow(),
        tick_s=study.tick_s,
        on_progress=look_up,
    ).run()
    metrics = metrics_of(day, study.city.couriers)
    return SimulatedDay(policy=policy, seed=seed, metrics=metrics)
