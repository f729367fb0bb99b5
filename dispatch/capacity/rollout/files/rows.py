"""Rows of the tables and sections of ``plan.toml``: types, ranges and required fields.

Names and units are the contract of ``docs/rollout.md``.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.inputs import Resource, Status
from dispatch.domain.requests import PickupClass
from dispatch.files.rows import Name, Number, Row, Whole


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise PydanticCustomError(
            "field.date", "is not a date", {"action": "write it as 2026-08-30"}
        ) from error


Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[Whole, Field(ge=0, le=1_000_000)]
Weeks = Annotated[Whole, Field(ge=0, le=104)]
WholeYuan = Annotated[Whole, Field(ge=0, le=100_000_000_000)]


class TargetRow(Row):
    """One row of ``targets.csv``."""

    city: Name
    pickup_class: PickupClass = Field(alias="class")
    status: Status
    most_hired_per_week: Count
    due: Day | None = None
    not_before: Day | None = None
    opens_on: Day | None = None


class NeedRow(Row):
    """One row of ``needs.csv``."""

    city: Name
    pickup_class: PickupClass = Field(alias="class")
    scenario: Level
    requests_per_day: Annotated[Number, Field(gt=0, le=10_000_000)]
    vehicles: Annotated[Count, Field(ge=1)]
    people: Annotated[Count, Field(ge=1)]
    hubs: Count
    cost_per_week_yuan: Annotated[Number, Field(ge=0, le=1e11)]


class StockRow(Row):
    """One row of ``stock.csv``."""

    city: Name
    resource: Resource
    amount: Count
    from_day: Day | None = Field(default=None, alias="from")


class WeekRow(Row):
    """One row of ``weeks.csv``."""

    week: Day
    budget_yuan: WholeYuan
    most_openings: Count


class DependencyRow(Row):
    """One row of ``dependencies.csv``."""

    city: Name
    pickup_class: PickupClass = Field(alias="class")
    after_city: Name
    after_class: PickupClass
    weeks: Weeks


Shares = Annotated[
    tuple[Annotated[Number, Field(ge=0, le=1)], ...], Field(min_length=1, max_length=12)
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoleSection(_Section):
    """``[people.ROLE]``."""

    recruit_weeks: Weeks
    train_weeks: Weeks
    attrition_per_week: Annotated[Number, Field(ge=0, le=0.5)]
    hire_yuan: WholeYuan
    pay_yuan_per_week: WholeYuan
    training_places: Count


class MoveSection(_Section):
    """``[assets.ASSET.move]``."""

    weeks: Weeks
    yuan: WholeYuan
    yuan_per_km: Annotated[Number, Field(ge=0, le=100_000)]


class AssetSection(_Section):
    """``[assets.ASSET]``."""

    buy_weeks: Weeks
    buy_yuan: WholeYuan
    keep_yuan_per_week: WholeYuan
    most_per_week: Count
    move: MoveSection | None = None


class PeopleSection(_Section):
    """``[people]``: a section for each role."""

    courier: RoleSection
    crew: RoleSection


class AssetsSection(_Section):
    """``[assets]``: a section for each asset."""

    ebike: AssetSection
    van: AssetSection
    hub: AssetSection


class PeakSection(_Section):
    """``[peak]``."""

    week: Day
    factors: Annotated[
        tuple[Annotated[Number, Field(gt=0, le=20)], ...], Field(min_length=1, max_length=60)
    ]
    asked_shares: Shares
    on_road: Shares


class PlanFile(_Section):
    """``plan.toml``."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    deadline: Day
    demand: Level
    readiness: Annotated[Number, Field(gt=0, le=1)]
    notes: tuple[str, ...] = ()
    people: PeopleSection
    assets: AssetsSection
    peak: PeakSection


TABLES: dict[str, type[Row]] = {
    "weeks.csv": WeekRow,
    "targets.csv": TargetRow,
    "needs.csv": NeedRow,
    "stock.csv": StockRow,
    "dependencies.csv": DependencyRow,
}
"""The tables of a PLAN folder, in the order in which they are read."""

OPTIONAL: frozenset[Literal["dependencies.csv"]] = frozenset({"dependencies.csv"})
