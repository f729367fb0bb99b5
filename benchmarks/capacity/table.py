"""What the model predicts beside what simulation finds, as a table."""

from collections.abc import Mapping, Sequence

from benchmarks.capacity.cases import FITTED, Key
from dispatch.capacity.plan import DayPlan, drive_km
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.town import town_of
from dispatch.capacity.validate.days import DaysFigures
from dispatch.capacity.validate.searching import FleetSearch
from dispatch.domain.requests import PickupClass

_WITHIN_SHARE = 0.1
_WITHIN_COURIERS = 2
_WITHIN_POINTS = 0.03
_COLUMNS = (
    "city",
    "class",
    "requests",
    "days",
    "fleet predicted",
    "found",
    "within",
    "kept predicted",
    "simulated",
    "as asked predicted",
    "simulated",
    "km predicted",
    "simulated",
)


def table(
    searches: Mapping[Key, FleetSearch], constants: Mapping[PickupClass, Constants]
) -> list[str]:
    """A row for each city and class, and a line for each class."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    lines += [_row(key, search, constants[key[1]]) for key, search in searches.items()]
    lines.append("")
    for kind, of_class in constants.items():
        ones = [search for (_, other), search in searches.items() if other is kind]
        fleets = sum(_within(search) for search in ones)
        shares = sum(_points_off(search) <= _WITHIN_POINTS for search in ones)
        evidence = of_class.evidence
        lines.append(
            f"{kind.value}: fleets of {fleets} of {len(ones)} cities within, promises kept of "
            f"{shares} within {_WITHIN_POINTS:.0%}; constants of {evidence.fitted_on}, "
            f"{evidence.days} days, error {evidence.error_points:.1f} points"
        )
    return lines


def _row(key: Key, search: FleetSearch, constants: Constants) -> str:
    city, kind = key
    plan, figures = search.tried[search.start]
    found = search.smallest
    cells: Sequence[str] = (
        f"{city}{' (fitted)' if city in FITTED else ''}",
        kind.value,
        f"{plan.requests:,.0f}",
        f"{len(figures.days)}",
        f"{plan.roster.couriers}",
        "none reaches it" if found is None else _found(found, search),
        "yes" if _within(search) else "no",
        f"{plan.service.kept:.1%}",
        f"{figures.kept:.1%} ± {100 * figures.kept_error:.1f}",
        f"{plan.service.as_asked:.1%}",
        f"{figures.as_asked:.1%} ± {100 * figures.as_asked_error:.1f}",
        f"{drive_km(plan, constants, town_of(city)):,.0f}",
        f"{figures.km:,.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _found(found: tuple[DayPlan, DaysFigures], search: FleetSearch) -> str:
    return f"{found[0].roster.couriers} ± {search.smallest_error:.1f}"


def _within(search: FleetSearch) -> bool:
    if search.smallest is None:
        return False
    found = search.smallest[0].roster.couriers
    off = abs(search.tried[search.start][0].roster.couriers - found)
    return off <= max(_WITHIN_COURIERS, _WITHIN_SHARE * found)


def _points_off(search: FleetSearch) -> float:
    plan, figures = search.tried[search.start]
    return abs(plan.service.kept - figures.kept)
