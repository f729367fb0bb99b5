"""``rollout.html``: one file that opens in any browser without a network, and prints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dispatch.capacity.rollout.inputs import ASSETS, ROLES, Resource, Week
from dispatch.capacity.rollout.report import tables, words
from dispatch.capacity.rollout.report.city_map import city_map
from dispatch.capacity.rollout.report.curves import curves, fleets
from dispatch.capacity.rollout.report.gantt import PREPARATION_KEYS, gantt
from dispatch.capacity.rollout.report.looks import CLASS_COLOURS, COLOURS, LABELS
from dispatch.capacity.rollout.report.peak_words import peak_summaries
from dispatch.capacity.rollout.schedule import Hire, Purchase, Transfer
from dispatch.capacity.rollout.study import Rollout
from dispatch.capacity.rollout.verdicts import Gap
from dispatch.domain.requests import PickupClass
from dispatch.versions import own_version


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the head of the page."""

    value: str
    label: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a limit is used in a week."""

    used: int
    limit: int

    @property
    def full(self) -> bool:
        """Whether nothing of the limit is left."""
        return self.used >= self.limit > 0

    @property
    def percent(self) -> int:
        """Share used, for the bar."""
        return round(100 * self.used / self.limit) if self.limit else 0


def page_text(rollout: Rollout) -> str:
    """Return the text of ``rollout.html``."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_own("rollout.html.j2")).render(
        rollout=rollout,
        plan=rollout.plan,
        words=words,
        headline=words.headline(rollout),
        tiles=list(_tiles(rollout)),
        map=city_map(rollout),
        gantt=gantt(rollout),
        has_openings=tables.to_open(rollout) > 0,
        preparation_keys=PREPARATION_KEYS,
        curves=curves(rollout),
        fleets={city: fleets(rollout, city) for city in rollout.plan.by_city},
        gap_totals=list(_gap_totals(rollout)),
        own_days=len({target.due for target in rollout.plan.targets.values()}) > 1,
        remedies=list(words.remedy_texts(rollout)),
        weeks=_weeks(rollout),
        meter_heads=_METER_HEADS,
        actions=tables.action_rows(rollout),
        peak_summaries=peak_summaries(rollout),
        outcomes=[(COLOURS[one], LABELS[one], one.name) for one in COLOURS],
        class_keys=[(colour, words.CLASSES[kind]) for kind, colour in CLASS_COLOURS.items()],
        resource_names={resource.value: name for resource, name in words.RESOURCES.items()},
        roles=[(words.RESOURCES[role], rollout.plan.roles[role]) for role in ROLES],
        assets=[(words.RESOURCES[asset], rollout.plan.assets[asset]) for asset in ASSETS],
        version=own_version(),
        css=Markup(_own("rollout.css")),
    )


def _tiles(rollout: Rollout) -> Iterator[Tile]:
    plan, lived = rollout.plan, rollout.lived
    met = len(plan.targets) - len(rollout.unmet)
    yield Tile(f"{met} of {len(plan.targets)}", "targets met", bad=bool(rollout.unmet))
    yield Tile(words.yuan(lived.cost_yuan), f"of {words.yuan(_budget(rollout))} budget")
    yield Tile(f"{_steps(rollout, Hire, Resource.CREW):,}", "crew members recruited")
    yield Tile(f"{_steps(rollout, Hire, Resource.COURIER):,}", "couriers recruited")
    vans = _steps(rollout, Purchase, Resource.VAN)
    moved = _steps(rollout, Transfer, Resource.VAN)
    yield Tile(f"{vans:,} + {moved:,}", "vans bought + moved")
    yield Tile(f"{_steps(rollout, Purchase, Resource.HUB):,}", "hubs fitted out")
    asked = sum(plan.need(service).requests_per_day for service in plan.targets)
    covered = sum(by_week[-1] for by_week in lived.covered.values())
    share = words.percent(covered / asked) if asked else "–"
    yield Tile(share, f"of {asked:,.0f} requests a day covered at the end")
    running = sum(plan.need(service).cost_per_week_yuan for service in plan.targets)
    yield Tile(words.yuan(running), "a week to run all targets")


def _budget(rollout: Rollout) -> int:
    return sum(week.budget_yuan for week in rollout.plan.weeks)


def _steps(rollout: Rollout, kind: type, resource: Resource) -> int:
    return sum(
        amount
        for step, amount in rollout.solved.schedule.steps.items()
        if isinstance(step, kind) and resource in step
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GapTotal:
    """One resource of a class in all cities, as in the rows above it."""

    need: int
    at_start: int
    when_due: int
    short: int


def _gap_totals(rollout: Rollout) -> Iterator[tuple[str, list[GapTotal]]]:
    """Vehicles and people by class; hubs are shared by the classes and have no such sums."""
    for kind in PickupClass:
        gaps = [one.gaps[:2] for one in rollout.verdicts if one.service.kind is kind]
        if gaps:
            yield words.CLASSES[kind], [_gap_total(ones) for ones in zip(*gaps, strict=True)]


def _gap_total(gaps: Sequence[Gap]) -> GapTotal:
    return GapTotal(
        need=sum(gap.need for gap in gaps),
        at_start=sum(gap.at_start for gap in gaps),
        when_due=round(sum(gap.when_due for gap in gaps)),
        short=sum(gap.short for gap in gaps),
    )


_METERS = (
    ("openings", "openings", "most_openings"),
    ("crew in training", "crew_in_training", "crew_places"),
    ("couriers in training", "courier_in_training", "courier_places"),
    ("vans delivered", "van_delivered", "van_most"),
    ("hubs delivered", "hub_delivered", "hub_most"),
    ("e-bikes delivered", "ebike_delivered", "ebike_most"),
)
_METER_HEADS = tuple(head for head, _, _ in _METERS)


def _weeks(rollout: Rollout) -> list[tuple[Week, dict[str, tables.Cell], list[Meter]]]:
    """Each week with its figures, and how much of each limit is used in it."""
    weeks = []
    for week, row in zip(rollout.plan.weeks, tables.week_rows(rollout), strict=True):
        meters = [Meter(int(row[used] or 0), int(row[limit] or 0)) for _, used, limit in _METERS]
        weeks.append((week, row, meters))
    return weeks


def _own(name: str) -> str:
    return (files("dispatch.capacity.rollout.report") / name).read_text(encoding="utf-8")
