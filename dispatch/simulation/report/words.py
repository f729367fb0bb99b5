"""Figures of a study in words."""

from collections.abc import Callable, Sequence

from dispatch.domain.city import TravelKind
from dispatch.reports.format import NONE, Table
from dispatch.simulation.metrics import FIGURES, Summary
from dispatch.simulation.paired import Difference
from dispatch.simulation.study import StudyResult

_SHARES = {name for name in FIGURES if name.endswith("_share")}
_IN_SHORT = {
    "on_time_share": "promises kept",
    "accepted_share": "accepted as asked",
    "moved_share": "moved",
    "refused_share": "refused",
    "wait_median_min": "median wait, min",
    "cost_per_pickup_yuan": "yuan a pickup",
    "km_per_pickup": "km a pickup",
    "pickups_per_courier_hour": "pickups an hour",
}
_NOT_COMPARED = {"asked", "breakdowns", "decide_max_ms"}
_PLAIN = {"km_per_pickup", "cost_per_pickup_yuan", "pickups_per_courier_hour", "work_spread"}


def headline(result: StudyResult) -> str:
    """What was simulated, in a line."""
    study = result.study
    days = len({day.seed for day in result.days})
    classes = [courier.vehicle_class for courier in study.city.couriers]
    fleet = ", ".join(f"{classes.count(name)} {name}" for name in dict.fromkeys(classes))
    return (
        f"{study.city.settings.city}, {study.scenario.what}: {days} of {len(study.seeds)} "
        f"simulated {'day' if len(study.seeds) == 1 else 'days'}, fleet: {fleet or 'nobody'}"
    )


def in_short(result: StudyResult) -> Table:
    """A row for each policy, a column for each of the figures a planner asks for first."""
    summaries = result.summaries()
    rows = tuple(
        (policy, *(_mean(name, summaries[policy][name]) for name in _IN_SHORT))
        for policy in result.study.names
    )
    return Table("In short: means over days", ("policy", *_IN_SHORT.values()), rows)


def means(result: StudyResult) -> Table:
    """A row for each figure, a column for each policy."""
    return _comparison(result, "Means over days", _mean)


def comparison(result: StudyResult) -> Table:
    """The same with the least and the most of any day."""
    return _comparison(result, "All figures: mean over days (least to most)", _cell)


def _comparison(
    result: StudyResult, title: str, cell: Callable[[str, Summary | None], str]
) -> Table:
    summaries = result.summaries()
    rows = tuple(
        (what, *(cell(name, summaries[policy][name]) for policy in result.study.names))
        for name, what in FIGURES.items()
    )
    return Table(title, ("figure", *result.study.names), rows)


def travel(result: StudyResult) -> str:
    """Where planned travel times come from."""
    origin = result.study.city.source.origin
    return "straight lines" if origin.source == TravelKind.STRAIGHT_LINE else origin.name


def differences(result: StudyResult) -> Table:
    """A row for each figure, a column for each policy but the first, which it is held against."""
    first, *others = result.study.names
    found = {other: result.differences(other, first) for other in others}
    rows = tuple(
        (
            what + (", points" if name in _SHARES else ""),
            *(_difference(name, found[other][name]) for other in others),
        )
        for name, what in FIGURES.items()
        if name not in _NOT_COMPARED
    )
    return Table(f"Against {first}, day by day", ("figure", *others), rows)


def _difference(name: str, found: Difference | None) -> str:
    if found is None:
        return NONE
    mean = _signed(name, found.mean)
    if found.low is None or found.high is None:
        return mean
    ends = f"{_signed(name, found.low)} to {_signed(name, found.high)}"
    return f"{mean} ({ends}){' *' if found.is_clear else ''}"


def _signed(name: str, value: float) -> str:
    """With its sign; shares in points."""
    if name in _SHARES:
        return f"{value * 100:+.1f}"
    return f"{value:+.2f}" if name in _PLAIN else f"{value:+,.1f}"


def days(result: StudyResult, names: Sequence[str]) -> Table:
    """A row for each day, a column for each of the named figures."""
    summaries = [
        (day, StudyResult(study=result.study, days=[day]).summaries()[day.policy])
        for day in result.days
    ]
    rows = tuple(
        (f"{day.policy}, seed {day.seed}", *(_cell(name, figures[name]) for name in names))
        for day, figures in summaries
    )
    return Table("Days", ("day", *(FIGURES[name] for name in names)), rows)


def _mean(name: str, found: Summary | None) -> str:
    return NONE if found is None else _number(name, found.mean)


def _cell(name: str, found: Summary | None) -> str:
    mean = _mean(name, found)
    if found is None or found.least == found.most:
        return mean
    return f"{mean} ({_number(name, found.least)} to {_number(name, found.most)})"


def _number(name: str, value: float) -> str:
    if name in _SHARES:
        return f"{value * 100:.1f} %"
    if name in _PLAIN:
        return f"{value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}"
