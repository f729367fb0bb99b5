"""A city's configuration, as it is kept in the database."""

from datetime import time
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dispatch.fees import FeesConfig
from dispatch.live.rules import LiveRules
from dispatch.standing import StandingConfig

_MINUTES_A_DAY = 1_440


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SlotsConfig(_Section):
    """Which windows are asked about, and for how long an answer counts."""

    starts: tuple[time, ...] = Field(
        default=tuple(time(hour) for hour in range(8, 20, 2)),
        min_length=1,
        max_length=96,
        description="Local times at which the windows of the grid begin, in rising order.",
    )
    length_min: Annotated[int, Field(ge=5, le=_MINUTES_A_DAY)] = 120
    days_ahead: Annotated[int, Field(ge=0, le=14)] = 2
    least_lead_min: Annotated[int, Field(ge=0, le=_MINUTES_A_DAY)] = 10
    valid_s: Annotated[int, Field(ge=10, le=86_400)] = 900
    hold_s: Annotated[int, Field(ge=10, le=86_400)] = 300
    repair: Annotated[int, Field(ge=0, le=100)] = 6
    late_cancel_min: Annotated[int, Field(ge=0, le=_MINUTES_A_DAY)] = 60

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(one.tzinfo is not None for one in self.starts):
            raise ValueError("starts are local times; give them without an offset")
        if list(self.starts) != sorted(set(self.starts)):
            raise ValueError("starts must be in rising order, each once")
        return self


class RulesConfig(_Section):
    """Rules of the live day, see :class:`LiveRules`.

    What was promised here was promised to somebody: a late start is dear enough that none is
    bought for the fixed cost of a van.
    """

    most_attempts: Annotated[int, Field(ge=1, le=10)] = 1
    retry_after_s: Annotated[int, Field(ge=0, le=86_400)] = 3_600
    lead_s: Annotated[int, Field(ge=0, le=3_600)] = 60
    at_risk_s: Annotated[int, Field(ge=0, le=7_200)] = 600
    buffer_s: Annotated[int, Field(ge=0, le=7_200)] = 600
    drive_margin_permille: Annotated[int, Field(ge=0, le=1_000)] = 100
    late_times: Annotated[int, Field(ge=1, le=1_000)] = 10
    courier_change_fen: Annotated[int, Field(ge=0, le=1_000_000)] = 20
    time_change_fen: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    time_tolerance_s: Annotated[int, Field(ge=0, le=7_200)] = 900

    def rules(self) -> LiveRules:
        """The rules of this section."""
        return LiveRules(**self.model_dump())


class PlanningConfig(_Section):
    """How often the plan is searched, and for how long."""

    tick_s: Annotated[int, Field(ge=1, le=600)] = 30
    search_s: Annotated[float, Field(ge=0, le=60)] = 1.0


class CityConfig(_Section):
    """All there is to say about a city.

    ``day`` is a day document without date and requests: ``city``, ``couriers``, ``hubs`` and
    perhaps ``service_area``, in the words of ``docs/day-format.md``, with times as HH:MM.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    day: dict[str, Any]
    slots: SlotsConfig = SlotsConfig()
    rules: RulesConfig = RulesConfig()
    planning: PlanningConfig = PlanningConfig()
    fees: FeesConfig = FeesConfig()
    standing: StandingConfig = Field(default_factory=StandingConfig)
