"""The ``standing`` section of a city's configuration."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

from dispatch.standing.history import PastKind
from dispatch.standing.rules import (
    DEFAULT_RULES,
    Reserve,
    StandingRules,
    Step,
    Tier,
)

Rank = Annotated[int, Field(ge=0, le=9, strict=True)]
Open = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Points = Annotated[int, Field(ge=0, le=1_000, strict=True)]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]
TierName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TierConfig(_Section):
    """What a tier has without incidents."""

    most_open: Open
    rank: Rank


class PointsConfig(_Section):
    """Points of every incident."""

    no_show: Points = DEFAULT_RULES.incident_points[PastKind.NO_SHOW]
    late_cancel: Points = DEFAULT_RULES.incident_points[PastKind.LATE_CANCEL]
    mismatch: Points = DEFAULT_RULES.incident_points[PastKind.MISMATCH]
    empty_box: Points = DEFAULT_RULES.incident_points[PastKind.EMPTY_BOX]


class StepConfig(_Section):
    """What is left from a number of points on."""

    from_points: Annotated[int, Field(ge=1, le=100_000, strict=True)]
    most_open: Open
    rank_down: Rank


class ReserveConfig(_Section):
    """Places kept for higher ranks in a window that fills up."""

    from_full_percent: Percent
    least_rank: Rank


class StandingConfig(_Section):
    """The rules of a city; what is left out is as in the default rules."""

    tiers: dict[TierName, TierConfig] = Field(
        default_factory=lambda: {
            name: TierConfig(most_open=tier.most_open, rank=tier.rank)
            for name, tier in DEFAULT_RULES.tiers.items()
        }
    )
    usual_tier: TierName = DEFAULT_RULES.usual_tier
    points: PointsConfig = PointsConfig()
    forgiven_per_pickup: Points = DEFAULT_RULES.forgiven_per_pickup
    look_back_days: Annotated[int, Field(ge=1, le=3_650, strict=True)] = (
        DEFAULT_RULES.look_back_days
    )
    steps: tuple[StepConfig, ...] = tuple(
        StepConfig(from_points=step.from_points, most_open=step.most_open, rank_down=step.rank_down)
        for step in DEFAULT_RULES.steps
    )
    reserves: tuple[ReserveConfig, ...] = tuple(
        ReserveConfig(from_full_percent=one.from_full_percent, least_rank=one.least_rank)
        for one in DEFAULT_RULES.reserves
    )

    _rules: StandingRules = PrivateAttr()

    @model_validator(mode="after")
    def _usable(self) -> Self:
        self._rules = self._checked()
        return self

    def rules(self) -> StandingRules:
        """The rules of this section."""
        return self._rules

    def _checked(self) -> StandingRules:
        return StandingRules(
            tiers={name: Tier(one.most_open, one.rank) for name, one in self.tiers.items()},
            usual_tier=self.usual_tier,
            incident_points={
                PastKind(name): points for name, points in self.points.model_dump().items()
            },
            forgiven_per_pickup=self.forgiven_per_pickup,
            look_back_days=self.look_back_days,
            steps=tuple(Step(one.from_points, one.most_open, one.rank_down) for one in self.steps),
            reserves=tuple(Reserve(one.from_full_percent, one.least_rank) for one in self.reserves),
        )
