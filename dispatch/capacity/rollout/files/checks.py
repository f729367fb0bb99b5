"""Rules between the rows of a PLAN folder."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.earliest import earliest_week
from dispatch.capacity.rollout.files.issues import Findings
from dispatch.capacity.rollout.files.rows import PlanFile
from dispatch.capacity.rollout.inputs import RolloutInput, Service, Status
from dispatch.domain.requests import PickupClass
from dispatch.files.tables import Record

Tables = Mapping[str, Sequence[tuple[Record, Any]]]
Check = Callable[[RolloutInput, PlanFile, Tables, Findings], None]

PEOPLE_PER_VEHICLE = {PickupClass.PARCEL: 1, PickupClass.BULKY: 2}
"""A van has a crew of two, so a payroll with fewer people cannot fill its vans once."""

MOST_REQUESTS_PER_VEHICLE = {PickupClass.PARCEL: 300, PickupClass.BULKY: 40}
"""More than this in a day is beyond what any courier or crew does, so it is a slip of the pen."""


def check_input(plan: RolloutInput, settings: PlanFile, tables: Tables, findings: Findings) -> None:
    """Add everything that is wrong between rows to ``findings``."""
    _check_weeks(tables, findings)
    if findings.issues:
        return
    for check in _CHECKS:
        check(plan, settings, tables, findings)
    if not findings.issues:
        _check_fixings(plan, tables, findings)


def _check_weeks(tables: Tables, findings: Findings) -> None:
    rows = tables["weeks.csv"]
    if not rows:
        findings.add(
            "weeks.none", "weeks.csv", None, None, None, "has no weeks", "add a row for each week"
        )
    for record, row in rows:
        if row.week.weekday() != 0:
            day = f"is a {row.week:%A}"
            findings.add("weeks.day", "weeks.csv", record.row, "week", row.week, day, "give Monday")
    for (_, before), (record, row) in pairwise(rows):
        if row.week != before.week + timedelta(days=7):
            cause = f"does not follow the week of {before.week}"
            action = "write the weeks in order, one after the other"
            findings.add("weeks.order", "weeks.csv", record.row, "week", row.week, cause, action)


def _check_settings(
    plan: RolloutInput, settings: PlanFile, tables: Tables, findings: Findings
) -> None:
    first, last = plan.weeks[0].first_day, plan.last_day
    for name, day in (("deadline", settings.deadline), ("peak.week", settings.peak.week)):
        if not first <= day <= last:
            cause = f"is outside the weeks of the plan, {first} to {last}"
            action = "correct it, or the weeks in weeks.csv"
            findings.add("plan.day", "plan.toml", None, name, day, cause, action)
    opening = any(target.status is Status.OPEN for target in plan.targets.values())
    for column, amounts in (
        ("budget_yuan", [week.budget_yuan for week in plan.weeks]),
        ("most_openings", [week.most_openings for week in plan.weeks]),
    ):
        if opening and not any(amounts):
            row = tables["weeks.csv"][0][0].row
            cause = "is 0 in every week, so that nothing can open"
            findings.add("weeks.nothing", "weeks.csv", row, column, 0, cause, "give what there is")


def _check_peak(_: RolloutInput, settings: PlanFile, __: Tables, findings: Findings) -> None:
    shares, on_road = settings.peak.asked_shares, settings.peak.on_road
    if abs(sum(shares) - 1) > 0.001:
        cause, action = f"add up to {sum(shares):g}", "let the shares of the windows add up to 1"
        value = ", ".join(f"{share:g}" for share in shares)
        findings.add("peak.shares", "plan.toml", None, "peak.asked_shares", value, cause, action)
    wrong: str | None = None
    if len(on_road) != len(shares):
        wrong = f"has {len(on_road)} shares for {len(shares)} windows"
    else:
        pairs = enumerate(zip(shares, on_road, strict=True), start=1)
        short = [number for number, (share, out) in pairs if out * max(shares) < share - 1e-9]
        if short:
            wrong = f"is too few for window {short[0]} even on an ordinary day"
    if wrong:
        action = "all vehicles serve the busiest window; give each window its share of them"
        value = ", ".join(f"{share:g}" for share in on_road)
        findings.add("peak.shares", "plan.toml", None, "peak.on_road", value, wrong, action)


def _check_repeats(_: RolloutInput, __: PlanFile, tables: Tables, findings: Findings) -> None:
    keys = {
        "targets.csv": ("city", "pickup_class"),
        "needs.csv": ("city", "pickup_class", "scenario"),
    }
    for file, names in keys.items():
        seen: dict[tuple[Any, ...], int] = {}
        for record, row in tables[file]:
            key = tuple(getattr(row, name) for name in names)
            if key in seen:
                value, cause = " ".join(map(str, key)), f"is in row {seen[key]} already"
                findings.add("row.repeated", file, record.row, "city", value, cause, "keep one row")
            seen.setdefault(key, record.row)


def _check_targets(plan: RolloutInput, _: PlanFile, tables: Tables, findings: Findings) -> None:
    if not tables["targets.csv"]:
        cause, action = "has no targets", "add a row for each city and class to serve"
        findings.add("targets.none", "targets.csv", None, None, None, cause, action)
    for record, row in tables["targets.csv"]:
        service = Service(row.city, row.pickup_class)
        first, last = plan.weeks[0].first_day, plan.last_day
        for name in ("due", "not_before", "opens_on"):
            day = getattr(row, name)
            if day is not None and not first <= day <= last:
                cause = f"is outside the weeks of the plan, {first} to {last}"
                action = "correct it, or the weeks in weeks.csv"
                findings.add("target.day", "targets.csv", record.row, name, day, cause, action)
            if day is not None and name != "due" and row.status is Status.LIVE:
                cause, action = "is given for a service that is live", "empty the cell"
                findings.add("target.live", "targets.csv", record.row, name, day, cause, action)
        if (service, plan.level) not in plan.needs:
            cause = f"has no {plan.level} need for {service.kind}"
            action = f"add its row to needs.csv (scenario {plan.level}), or remove the target"
            findings.add("need.missing", "targets.csv", record.row, "city", row.city, cause, action)


def _check_needs(_: RolloutInput, __: PlanFile, tables: Tables, findings: Findings) -> None:
    for record, row in tables["needs.csv"]:
        least = PEOPLE_PER_VEHICLE[row.pickup_class] * row.vehicles
        if row.people < least:
            cause = f"cannot fill {row.vehicles} vehicles once, which takes {least}"
            action = "correct the people or the vehicles"
            findings.add(
                "need.people", "needs.csv", record.row, "people", row.people, cause, action
            )
        each = row.requests_per_day / row.vehicles
        most = MOST_REQUESTS_PER_VEHICLE[row.pickup_class]
        if each > most:
            cause = f"is {each:.0f} a day for each vehicle, more than {most}"
            findings.add(
                "need.absurd",
                "needs.csv",
                record.row,
                "requests_per_day",
                row.requests_per_day,
                cause,
                "correct the requests or the vehicles",
            )
    _check_levels(tables, findings)


def _check_levels(tables: Tables, findings: Findings) -> None:
    """More demand never takes fewer vehicles or people."""
    before: dict[tuple[str, PickupClass], dict[Level, Any]] = {}
    for record, row in tables["needs.csv"]:
        levels = before.setdefault((row.city, row.pickup_class), {})
        levels[row.scenario] = row
        for lower, higher in pairwise(level for level in Level if level in levels):
            low, high = levels[lower], levels[higher]
            for name in ("requests_per_day", "vehicles", "people"):
                if getattr(high, name) < getattr(low, name) and row in (low, high):
                    cause = f"is less at {higher} demand than at {lower}, for {row.city}"
                    findings.add(
                        "need.levels",
                        "needs.csv",
                        record.row,
                        name,
                        getattr(row, name),
                        cause,
                        "correct one of the two rows",
                    )


def _check_dependencies(
    plan: RolloutInput, _: PlanFile, tables: Tables, findings: Findings
) -> None:
    rows = tables["dependencies.csv"]
    after: dict[Service, list[Service]] = {}
    for (record, row), dependency in zip(rows, plan.dependencies, strict=True):
        for name, service in (("city", dependency.service), ("after_city", dependency.after)):
            if service not in plan.targets:
                cause = f"has no target for {service.kind}"
                action = "add it to targets.csv, or remove the dependency"
                findings.add(
                    "dependency.unknown",
                    "dependencies.csv",
                    record.row,
                    name,
                    service.city,
                    cause,
                    action,
                )
        target = plan.targets.get(dependency.service)
        if target is not None and target.status is Status.LIVE:
            cause, action = "is live and waits for nothing", "remove the dependency"
            findings.add(
                "dependency.live", "dependencies.csv", record.row, "city", row.city, cause, action
            )
        after.setdefault(dependency.service, []).append(dependency.after)
        if _reaches(after, dependency.after, dependency.service):
            cause = "waits for itself, through the rows above"
            findings.add(
                "dependency.circle",
                "dependencies.csv",
                record.row,
                "city",
                row.city,
                cause,
                "remove one of them",
            )


def _reaches(after: Mapping[Service, Sequence[Service]], start: Service, goal: Service) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        one = waiting.pop()
        if one == goal:
            return True
        fresh = [other for other in after.get(one, ()) if other not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _check_fixings(plan: RolloutInput, tables: Tables, findings: Findings) -> None:
    """A fixed opening agrees with its row, with time, and with its neighbours."""
    row_of = {Service(row.city, row.pickup_class): (r, row) for r, row in tables["targets.csv"]}
    fixed = {s: t.fixed for s, t in plan.targets.items() if t.fixed is not None}
    for service, week in fixed.items():
        record, row = row_of[service]
        cause = None
        earliest, slowest = earliest_week(plan, service)
        if week < plan.targets[service].not_before:
            cause = f"is before {row.not_before}, the day not before which it may open"
        elif week > plan.targets[service].due:
            cause = f"is after it is due, {row.due or plan.deadline}"
        elif week < earliest and slowest is not None:
            cause = (
                f"is sooner than any {slowest} can be there, which takes until week {earliest + 1}"
            )
        if cause:
            findings.add(
                "target.fixed",
                "targets.csv",
                record.row,
                "opens_on",
                row.opens_on,
                cause,
                "change one of the cells",
            )
    for (record, _), dependency in zip(tables["dependencies.csv"], plan.dependencies, strict=True):
        opens, after = fixed.get(dependency.service), fixed.get(dependency.after)
        if opens is not None and after is not None and opens < after + dependency.weeks:
            findings.add(
                "dependency.fixed",
                "dependencies.csv",
                record.row,
                "weeks",
                dependency.weeks,
                "contradicts the days on which both are laid down to open",
                "change opens_on in targets.csv, or remove the dependency",
            )
    for number, there in enumerate(plan.weeks):
        opening = [service.city for service, week in fixed.items() if week == number]
        if len(opening) > there.most_openings:
            findings.add(
                "target.fixed",
                "weeks.csv",
                tables["weeks.csv"][number][0].row,
                "most_openings",
                there.most_openings,
                f"is less than the {len(opening)} laid down to open then: {', '.join(opening)}",
                "allow more, or change opens_on in targets.csv",
            )


_CHECKS: tuple[Check, ...] = (
    _check_settings,
    _check_peak,
    _check_repeats,
    _check_targets,
    _check_needs,
    _check_dependencies,
)
