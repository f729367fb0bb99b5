"""The fewest couriers with which a policy keeps its promises, by bisection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.dynamic.running import Runner
from benchmarks.dynamic.trials import Outcome, Setting, Trial

LEAST_KEPT = 0.98
LEAST_ACCEPTED = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for.

    Attributes:
        setting: The city; its fleet is where the search begins.
        scenario: The kind of day.
        policy: Whose fleet.
        seeds: Of the days, taken together.
        vans_for_each: Crews for each e-bike.
        most: E-bikes beyond which nobody looks.
    """

    setting: Setting
    scenario: str
    policy: str
    seeds: Sequence[int]
    vans_for_each: float
    most: int

    def trials(self, couriers: int) -> list[Trial]:
        """The days with so many e-bikes and crews in proportion."""
        setting = replace(
            self.setting, couriers=couriers, vans=max(1, round(couriers * self.vans_for_each))
        )
        return [
            Trial(setting=setting, scenario=self.scenario, policy=self.policy, seed=seed)
            for seed in self.seeds
        ]


def fewest(search: Search, runner: Runner, asked: Callable[[Trial], int]) -> int | None:
    """E-bikes of the smallest fleet that keeps the promise.

    From the fleet to begin with, the bounds are moved by a fifth until one fleet is enough and one
    is not, then halved. More couriers may do worse by chance; what is found is a fleet that is
    enough beside one with a courier fewer that is not.

    Args:
        search: What is looked for.
        runner: Makes the trials.
        asked: Requests on the day of a trial.

    Returns:
        ``None`` if ``most`` are not enough.
    """

    def is_enough(couriers: int) -> bool:
        trials = search.trials(couriers)
        requests = sum(asked(trial) for trial in trials)
        outcomes = runner.run(trials, enough=lambda made: hopeless(made, requests))
        return len(outcomes) == len(trials) and promise_kept(outcomes)

    low, high = 0, None
    couriers = min(max(search.setting.couriers, 1), search.most)
    while high is None or high - low > 1:
        if is_enough(couriers):
            high = couriers
        else:
            low = couriers
            if low >= search.most:
                return None
        if high is None:
            couriers = min(max(couriers * 6 // 5, couriers + 1), search.most)
        elif low == 0:
            couriers = max(couriers * 4 // 5, 1)
            if couriers == high:
                return high
        else:
            couriers = (low + high) // 2
    return high


def promise_kept(outcomes: Sequence[Outcome]) -> bool:
    """Whether enough is accepted as asked for and enough of what was promised is kept."""
    total = _totals(outcomes)
    accepted = total["accepted"] >= LEAST_ACCEPTED * total["asked"]
    return accepted and total["kept"] >= LEAST_KEPT * total["due"]


def hopeless(made: Sequence[Outcome], requests: int) -> bool:
    """Whether so much went wrong on some of the days that the others cannot make up for it.

    Args:
        made: The days simulated so far.
        requests: Of all days.
    """
    total = _totals(made)
    not_accepted = total["asked"] - total["accepted"]
    broken = total["due"] - total["kept"]
    return not_accepted > (1 - LEAST_ACCEPTED) * requests or broken > (1 - LEAST_KEPT) * requests


def _totals(outcomes: Sequence[Outcome]) -> dict[str, int]:
    names = ("asked", "accepted", "due", "kept")
    return {name: sum(one.counts[name] for one in outcomes) for name in names}
