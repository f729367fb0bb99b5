"""Figures of a study in words."""

from collections.abc import Callable, Sequence

from dispatch.reports.format import NONE, Table
from dispatch.simulation.metrics import FIGURES, Summary
from dispatch.simulation.study import StudyResult

_SHARES = {name for name in FIGURES if name.endswith("_share")}
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


def means(result: StudyResult) -> Table:
    """A row for each figure, a column for each policy."""
    return _comparison(result, "Means over days", _mean)


def comparison(result: StudyResult) -> Table:
    """The same with the least and the most of any day."""
    return _comparison(result, "Mean over days (least to most)", _cell)


def _comparison(
    result: StudyResult, title: str, cell: Callable[[str, Summary | None], str]
) -> Table:
    summaries = result.summaries()
    rows = tuple(
        (what, *(cell(name, summaries[policy][name]) for policy in result.study.names))
        for name, what in FIGURES.items()
    )
    return Table(title, ("figure", *result.study.names), rows)


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
