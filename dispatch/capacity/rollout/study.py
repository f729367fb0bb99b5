"""A roll-out from its input to everything that is said about it."""

from dataclasses import dataclass

from dispatch.capacity.rollout.checker import require_valid
from dispatch.capacity.rollout.inputs import RolloutInput
from dispatch.capacity.rollout.optimising import Stop
from dispatch.capacity.rollout.peak import PeakDays, peak_days
from dispatch.capacity.rollout.remedies import Remedies, find_remedies
from dispatch.capacity.rollout.replay import Replay, replay
from dispatch.capacity.rollout.schedule import GOALS, Solved
from dispatch.capacity.rollout.solving import OnStage, solve_rollout
from dispatch.capacity.rollout.verdicts import Outcome, Verdict, verdicts_of

_FOR_THE_SCHEDULE = 0.6
"""Share of the time that the schedule may take; the rest is for what would meet the targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A roll-out and what can be said about it.

    Attributes:
        plan: What it was planned from.
        solved: Decisions, and how good they are known to be.
        lived: The decisions lived through; valid.
        verdicts: One for every target.
        peak: One for every service that is open in the week of the peak.
        remedies: What would meet the targets; ``None`` where all are met, or where somebody ended
            the search before.
    """

    plan: RolloutInput
    solved: Solved
    lived: Replay
    verdicts: tuple[Verdict, ...]
    peak: tuple[PeakDays, ...]
    remedies: Remedies | None

    @property
    def unmet(self) -> tuple[Verdict, ...]:
        """Targets that are not met."""
        missed = (Outcome.LATE, Outcome.SHORT)
        return tuple(verdict for verdict in self.verdicts if verdict.outcome in missed)

    @property
    def proven(self) -> bool:
        """Whether all three goals are proven."""
        stages = self.solved.stages
        return len(stages) == len(GOALS) and all(stage.proven for stage in stages)


def study_rollout(
    plan: RolloutInput,
    *,
    seconds: float = 60.0,
    stop: Stop = lambda: False,
    on_stage: OnStage = lambda _: None,
) -> Rollout:
    """Plan a roll-out, check it, and judge it.

    Args:
        plan: What to plan.
        seconds: Most to be spent searching.
        stop: Asked often; once it answers true, the best so far is judged and returned.
        on_stage: Told when a goal is done.

    Raises:
        StoppedEarlyError: Stopped before there was a schedule.
        BrokenScheduleError: The schedule breaks a rule, which is a mistake of this package.
    """
    solved = solve_rollout(plan, seconds=_FOR_THE_SCHEDULE * seconds, stop=stop, on_stage=on_stage)
    schedule = solved.schedule
    lived = replay(plan, schedule)
    require_valid(plan, schedule, lived)
    verdicts = verdicts_of(plan, schedule, lived)
    missed = any(verdict.outcome in (Outcome.LATE, Outcome.SHORT) for verdict in verdicts)
    remedies = None
    if missed and not stop():
        remedies = find_remedies(plan, seconds=(1 - _FOR_THE_SCHEDULE) * seconds, stop=stop)
    return Rollout(
        plan=plan,
        solved=solved,
        lived=lived,
        verdicts=verdicts,
        peak=peak_days(plan, schedule),
        remedies=remedies,
    )
