"""The tables of a roll-out: the same rows go to CSV files and to the page."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta

from dispatch.capacity.rollout.inputs import ASSETS, ROLES, Status
from dispatch.capacity.rollout.replay import Purpose, by_resource
from dispatch.capacity.rollout.report.words import short_text, verdict_text, why_text
from dispatch.capacity.rollout.schedule import Hire, Purchase, Step
from dispatch.capacity.rollout.study import Rollout

Cell = str | int | float | None
Rows = list[dict[str, Cell]]

ACTION_COLUMNS = ("decide", "what", "amount", "resource", "city", "from_city", "ready")
PEAK_COLUMNS = (
    "city",
    "class",
    "vehicles",
    "people",
    "capacity_per_day",
    "requests_on_peak_days",
    "extra_vehicles",
    "extra_people",
    "kept_share",
    "moved_same_day",
    "moved_later_day",
    "days_to_clear",
)
"""Headers of tables that may have no rows."""


def csv_text(rows: Sequence[dict[str, Cell]], columns: Iterable[str] = ()) -> str:
    """Rows as CSV with a header; ``columns`` name it where there are no rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def verdict_rows(rollout: Rollout) -> Rows:
    """A row for each target: its verdict, and each resource needed, there and lacking."""
    rows: Rows = []
    for verdict in rollout.verdicts:
        row: dict[str, Cell] = {
            "city": verdict.service.city,
            "class": verdict.service.kind.value,
            "status": verdict.status.value,
            "verdict": verdict_text(verdict),
            "outcome": verdict.outcome.value,
            "opens": None if verdict.opens is None else verdict.opens.isoformat(),
            "due": verdict.due.isoformat(),
            "coverage_when_due": round(verdict.coverage, 4),
        }
        for name, gap in zip(("vehicles", "people", "hubs"), verdict.gaps, strict=True):
            row |= {
                f"{name}_need": gap.need,
                f"{name}_at_start": gap.at_start,
                f"{name}_when_due": gap.when_due,
                f"{name}_short": gap.short,
            }
        rows.append(row | {"short_of": short_text(verdict), "why": why_text(rollout, verdict)})
    return rows


def action_rows(rollout: Rollout) -> Rows:
    """A row for each step, by the week in which it must be decided."""
    steps = rollout.solved.schedule.steps
    rows = [_action(rollout, step, amount) for step, amount in steps.items()]
    return sorted(rows, key=lambda row: [str(row[name]) for name in ("decide", "what", "city")])


def _action(rollout: Rollout, step: Step, amount: int) -> dict[str, Cell]:
    plan = rollout.plan
    source = None
    if isinstance(step, Hire):
        role = plan.roles[step.role]
        what, resource, city = "recruit", step.role, step.city
        decide, ready = step.week - role.recruit_weeks, step.week + role.train_weeks
    elif isinstance(step, Purchase):
        what, resource, city = "order", step.asset, step.city
        decide, ready = step.week - plan.assets[step.asset].buy_weeks, step.week
    else:
        moving = plan.assets[step.asset].moving
        what, resource, city, source = "move", step.asset, step.end, step.start
        decide, ready = step.week, step.week + (moving.weeks if moving else 0)
    return {
        "decide": _monday(rollout, decide),
        "what": what,
        "amount": amount,
        "resource": resource.value,
        "city": city,
        "from_city": source,
        "ready": _monday(rollout, ready),
    }


def _monday(rollout: Rollout, week: int) -> str:
    return (rollout.plan.weeks[0].first_day + timedelta(weeks=week)).isoformat()


def curve_rows(rollout: Rollout) -> Rows:
    """A row for each service and week: needed, there, at work."""
    plan, lived = rollout.plan, rollout.lived
    rows: Rows = []
    for service, working in rollout.solved.schedule.working.items():
        opens = rollout.solved.schedule.opening[service]
        need = plan.need(service)
        vehicle, people, _ = service.resources
        for number, week in enumerate(plan.weeks):
            rows.append(
                {
                    "city": service.city,
                    "class": service.kind.value,
                    "week": week.first_day.isoformat(),
                    "open": int(opens is not None and number >= opens),
                    "vehicles_need": need.vehicles,
                    "vehicles_there": lived.assets[service.city, vehicle][number],
                    "vehicles_working": working[number],
                    "people_need": need.people,
                    "people_there": round(lived.people[service.city, people][number], 1),
                    "people_in_training": lived.training[service.city, people][number],
                    "hubs_need": need.hubs,
                    "requests_per_day": need.requests_per_day,
                    "covered_per_day": round(lived.covered[service][number], 1),
                }
            )
    return rows


def week_rows(rollout: Rollout) -> Rows:
    """A row for each week: money and what all cities share, beside their limits."""
    plan, lived = rollout.plan, rollout.lived
    training = by_resource(lived.training)
    left_yuan = 0
    rows: Rows = []
    for number, week in enumerate(plan.weeks):
        spent_yuan = lived.spent_by_week_yuan()[number]
        left_yuan += week.budget_yuan - spent_yuan
        row: dict[str, Cell] = {
            "week": week.first_day.isoformat(),
            "budget_yuan": week.budget_yuan,
            "spent_yuan": spent_yuan,
            "left_yuan": left_yuan,
        }
        for purpose in Purpose:
            key = f"{purpose.name.lower()}_yuan"
            row[key] = lived.spent_yuan[purpose][number]
        row |= {"openings": lived.openings[number], "most_openings": week.most_openings}
        for role in ROLES:
            row |= {
                f"{role}_in_training": training[role][number],
                f"{role}_places": plan.roles[role].training_places,
            }
        for asset in ASSETS:
            row |= {
                f"{asset}_delivered": lived.delivered[asset][number],
                f"{asset}_most": plan.assets[asset].most_per_week,
            }
        rows.append(row)
    return rows


def peak_rows(rollout: Rollout) -> Rows:
    """A row for each service on the peak days."""
    return [
        {
            "city": one.service.city,
            "class": one.service.kind.value,
            "vehicles": one.vehicles,
            "people": one.people,
            "capacity_per_day": round(one.capacity_per_day, 1),
            "requests_on_peak_days": round(one.requests, 1),
            "extra_vehicles": one.extra_vehicles,
            "extra_people": one.extra_people,
            "kept_share": round(one.kept_share, 4),
            "moved_same_day": round(one.same_day, 1),
            "moved_later_day": round(one.later_day, 1),
            "days_to_clear": one.days_to_clear,
        }
        for one in rollout.peak
    ]


def to_open(rollout: Rollout) -> int:
    """How many services the plan is to open."""
    return sum(target.status is Status.OPEN for target in rollout.plan.targets.values())
