"""What it takes to run one class of pickups in one city.

The one thing the roll-out reads of the capacity model, as rows of ``needs.csv``.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dispatch.domain.requests import PickupClass


class Level(StrEnum):
    """How high demand turns out: one in ten days or cities is below low, one in ten above high."""

    LOW = "low"
    EXPECTED = "expected"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityNeed:
    """Vehicles and people for one class in one city.

    Attributes:
        city: English name in the catalogue.
        kind: Class of pickups.
        level: Of demand.
        requests_per_day: Mean over the days of a week.
        vehicles: Most on the road at one moment: e-bikes or vans to own.
        people: On the payroll; a crew of two counts two, days off and absences included.
        hubs: Places to unload at.
        shifts_per_week: Shifts to fill; that of a crew is one.
        paid_hours_per_week: Of all people.
        cost_per_week_fen: Wages, vehicles and kilometres.
    """

    city: str
    kind: PickupClass
    level: Level
    requests_per_day: float
    vehicles: int
    people: int
    hubs: int
    shifts_per_week: int
    paid_hours_per_week: float
    cost_per_week_fen: int


NEEDS_COLUMNS = (
    "city",
    "class",
    "scenario",
    "requests_per_day",
    "vehicles",
    "people",
    "hubs",
    "cost_per_week_yuan",
)


def needs_csv(needs: Iterable[CityNeed]) -> str:
    """The table the roll-out reads, one row for each need."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NEEDS_COLUMNS)
    for need in needs:
        writer.writerow(
            (
                need.city,
                need.kind.value,
                need.level.value,
                f"{need.requests_per_day:.1f}",
                need.vehicles,
                need.people,
                need.hubs,
                f"{need.cost_per_week_fen / 100:.2f}",
            )
        )
    return text.getvalue()
