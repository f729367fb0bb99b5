"""From sound rows to the input of a roll-out: cities found, days turned into weeks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.files.checks import check_input
from dispatch.capacity.rollout.files.issues import Findings
from dispatch.capacity.rollout.files.rows import (
    AssetSection,
    DependencyRow,
    NeedRow,
    PlanFile,
    RoleSection,
    StockRow,
    TargetRow,
)
from dispatch.capacity.rollout.inputs import (
    Asset,
    Dependency,
    Moving,
    Need,
    Peak,
    Resource,
    Role,
    RolloutInput,
    Service,
    Stock,
    Target,
    Week,
)
from dispatch.files.tables import Record
from geo.cities import City, find_city
from geo.errors import GeoError

Tables = Mapping[str, Sequence[tuple[Record, Any]]]


def build_input(settings: PlanFile, tables: Tables, findings: Findings) -> RolloutInput | None:
    """The input, or ``None`` with what is wrong among the findings."""
    weeks = tuple(
        Week(first_day=row.week, budget_yuan=row.budget_yuan, most_openings=row.most_openings)
        for _, row in tables["weeks.csv"]
    )
    cities: dict[str, City] = {}
    tables = {file: _named(file, rows, cities, findings) for file, rows in tables.items()}
    if findings.issues:
        return None
    builder = _Builder(settings, weeks)
    plan = RolloutInput(
        title=settings.title,
        deadline=settings.deadline,
        level=settings.demand,
        readiness=settings.readiness,
        weeks=weeks,
        roles={
            Resource.COURIER: _role(settings.people.courier),
            Resource.CREW: _role(settings.people.crew),
        },
        assets={
            Resource.EBIKE: _asset(settings.assets.ebike),
            Resource.VAN: _asset(settings.assets.van),
            Resource.HUB: _asset(settings.assets.hub),
        },
        targets=builder.targets([row for _, row in tables["targets.csv"]]),
        needs=builder.needs([row for _, row in tables["needs.csv"]]),
        stock=tuple(builder.stock(row) for _, row in tables["stock.csv"]),
        dependencies=tuple(builder.dependency(row) for _, row in tables["dependencies.csv"]),
        peak=Peak(
            week=builder.week_from(settings.peak.week),
            factors=settings.peak.factors,
            asked_shares=settings.peak.asked_shares,
            on_road=settings.peak.on_road,
        ),
        notes=settings.notes,
        cities=cities,
    )
    check_input(plan, settings, tables, findings)
    return None if findings.issues else plan


def _named(
    file: str,
    rows: Sequence[tuple[Record, Any]],
    cities: dict[str, City],
    findings: Findings,
) -> list[tuple[Record, Any]]:
    """The rows with the names that the catalogue has for their cities, which are noted."""
    named = []
    for record, row in rows:
        names = {}
        for column in ("city", "after_city"):
            if column not in type(row).model_fields:
                continue
            given = getattr(row, column)
            try:
                city = find_city(given)
            except GeoError as error:
                cause = "is no known city"
                findings.add(error.code, file, record.row, column, given, cause, error.action)
                continue
            cities[city.name] = city
            names[column] = city.name
        named.append((record, row.model_copy(update=names)))
    return named


class _Builder:
    """Turns days into weeks."""

    def __init__(self, settings: PlanFile, weeks: Sequence[Week]) -> None:
        self._settings = settings
        self._weeks = weeks

    def week_from(self, day: date | None) -> int:
        """The first week that begins on ``day`` or later."""
        return 0 if day is None else sum(week.first_day < day for week in self._weeks)

    def _week_by(self, day: date) -> int:
        """The last week that begins on ``day`` or before."""
        return sum(week.first_day <= day for week in self._weeks) - 1

    def targets(self, rows: Sequence[TargetRow]) -> dict[Service, Target]:
        made = {}
        for row in rows:
            service = Service(row.city, row.pickup_class)
            made[service] = Target(
                service=service,
                status=row.status,
                due=self._week_by(row.due or self._settings.deadline),
                not_before=self.week_from(row.not_before),
                fixed=None if row.opens_on is None else self.week_from(row.opens_on),
                most_hired_per_week=row.most_hired_per_week,
            )
        return made

    def needs(self, rows: Sequence[NeedRow]) -> dict[tuple[Service, Level], Need]:
        return {
            (Service(row.city, row.pickup_class), row.scenario): Need(
                requests_per_day=row.requests_per_day,
                vehicles=row.vehicles,
                people=row.people,
                hubs=row.hubs,
                cost_per_week_yuan=round(row.cost_per_week_yuan),
            )
            for row in rows
        }

    def stock(self, row: StockRow) -> Stock:
        return Stock(
            city=row.city,
            resource=row.resource,
            amount=row.amount,
            from_week=self.week_from(row.from_day),
        )

    def dependency(self, row: DependencyRow) -> Dependency:
        return Dependency(
            service=Service(row.city, row.pickup_class),
            after=Service(row.after_city, row.after_class),
            weeks=row.weeks,
        )


def _role(section: RoleSection) -> Role:
    return Role(**section.model_dump())


def _asset(section: AssetSection) -> Asset:
    values = section.model_dump(exclude={"move"})
    move = section.move
    return Asset(**values, moving=None if move is None else Moving(**move.model_dump()))
