"""The rules of standing: tiers, points, steps down, and places kept back."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from dispatch.domain.errors import RemedyError
from dispatch.standing.history import INCIDENTS, PastKind

HIGHEST_RANK = 9


class StandingError(RemedyError):
    """Rules, or a tier, that cannot be used."""


@dataclass(frozen=True, slots=True)
class Tier:
    """What a customer of a tier has without incidents.

    Attributes:
        most_open: Bookings and holds it may have open at once.
        rank: 0 to 9; the higher goes first when places are scarce.
    """

    most_open: int
    rank: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is left from a number of points on.

    Attributes:
        from_points: Least points.
        most_open: Most open bookings; a tier's own limit holds where it is lower.
        rank_down: Taken off the tier's rank, not below 0.
    """

    from_points: int
    most_open: int
    rank_down: int


@dataclass(frozen=True, slots=True)
class Reserve:
    """Places of a window that are kept for higher ranks.

    Attributes:
        from_full_percent: From this share of the window's places on.
        least_rank: Only customers of this rank and above get one.
    """

    from_full_percent: int
    least_rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRules:
    """Everything that decides.

    Attributes:
        tiers: By name, as the caller gives them.
        usual_tier: Of customers for whom the caller gives none.
        incident_points: Of every incident.
        forgiven_per_pickup: Points that a pickup as agreed takes away.
        look_back_days: What is older counts no more.
        steps: By rising points.
        reserves: By rising share; the rank needed rises too.
    """

    tiers: Mapping[str, Tier]
    usual_tier: str
    incident_points: Mapping[PastKind, int]
    forgiven_per_pickup: int
    look_back_days: int
    steps: tuple[Step, ...]
    reserves: tuple[Reserve, ...]

    def __post_init__(self) -> None:
        self.tier(self.usual_tier)
        for name, tier in self.tiers.items():
            _within(f"rank of tier {name!r}", tier.rank, 0, HIGHEST_RANK)
            _within(f"most_open of tier {name!r}", tier.most_open, 0, 10_000)
        missing = [kind.value for kind in INCIDENTS if kind not in self.incident_points]
        if missing:
            raise StandingError(f"no points for {', '.join(missing)}", "give 0 or more")
        _rising("from_points", [step.from_points for step in self.steps])
        _rising("from_full_percent", [reserve.from_full_percent for reserve in self.reserves])
        _rising("least_rank", [reserve.least_rank for reserve in self.reserves])

    def reserve(self, full_percent: int) -> Reserve | None:
        """What is in force for a window of which so much is taken."""
        in_force = (one for one in reversed(self.reserves) if full_percent >= one.from_full_percent)
        return next(in_force, None)

    def tier(self, name: str) -> Tier:
        """The tier of a name.

        Raises:
            StandingError: There is none of that name.
        """
        try:
            return self.tiers[name]
        except KeyError as error:
            known = ", ".join(sorted(self.tiers)) or "none"
            raise StandingError(
                f"{name!r} is no known tier", f"give one of: {known}, or none at all"
            ) from error


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise StandingError(f"{name} is {value}", f"give {least} to {most}")


def _rising(name: str, values: list[int]) -> None:
    for before, after in pairwise(values):
        if after <= before:
            raise StandingError(f"{name} {after} follows {before}", "give them in rising order")


DEFAULT_RULES = StandingRules(
    tiers={"new": Tier(2, 3), "regular": Tier(4, 4), "trusted": Tier(8, 6)},
    usual_tier="new",
    incident_points={
        PastKind.NO_SHOW: 3,
        PastKind.LATE_CANCEL: 1,
        PastKind.MISMATCH: 2,
        PastKind.EMPTY_BOX: 6,
    },
    forgiven_per_pickup=1,
    look_back_days=180,
    steps=(Step(3, 2, 1), Step(6, 1, 3), Step(12, 0, 9)),
    reserves=(Reserve(85, 2), Reserve(95, 4)),
)
"""Rules where a city has none: assumptions to be replaced (``docs/fees.md``)."""
