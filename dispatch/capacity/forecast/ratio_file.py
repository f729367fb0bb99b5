"""A planner's own ratios: a CSV with the columns class, name, low, expected and high."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from dispatch.capacity.forecast.ratios import RATIOS, Ratio
from dispatch.defaults import TIMEZONE
from dispatch.domain.requests import PickupClass
from dispatch.files.issues import DayError, DayIssue
from dispatch.files.rows import Name, Number, Row, columns_of, validated
from dispatch.files.tables import read_table
from dispatch.files.times import Calendar

_Factor = Annotated[Number, Field(gt=0, le=1_000)]
_MOST_A_DAY = 10.0


class RatioRow(Row):
    """One factor of a class."""

    pickup_class: PickupClass = Field(alias="class")
    name: Name
    low: _Factor
    expected: _Factor
    high: _Factor


def read_ratios(path: Path) -> Mapping[PickupClass, tuple[Ratio, ...]]:
    """Ratios by class; a class the file leaves out keeps the bundled ones.

    Raises:
        DayError: With everything that is wrong with the file.
        OSError: It cannot be read.
    """
    issues: list[DayIssue] = []
    table = read_table(path.name, path.read_bytes(), columns_of(RatioRow), issues)
    calendar = Calendar(date(1970, 1, 1), ZoneInfo(TIMEZONE))
    read: dict[PickupClass, list[Ratio]] = {}
    for record, row in validated(RatioRow, table, calendar, issues):
        if not row.low <= row.expected <= row.high:
            issues.append(
                DayIssue(
                    code="ratios.order",
                    file=path.name,
                    row=record.row,
                    field="expected",
                    value=f"{row.expected:g}",
                    cause=f"does not lie between low ({row.low:g}) and high ({row.high:g})",
                    action="give low, expected and high in rising order",
                )
            )
            continue
        ratio = Ratio(
            name=row.name, low=row.low, expected=row.expected, high=row.high, source=path.name
        )
        read.setdefault(row.pickup_class, []).append(ratio)
    issues.extend(_absurd(path.name, read))
    if issues:
        raise DayError(issues)
    return {**RATIOS, **{kind: tuple(ratios) for kind, ratios in read.items()}}


def _absurd(file: str, read: Mapping[PickupClass, list[Ratio]]) -> list[DayIssue]:
    """A product nobody can mean, such as that of percentages given as 40 instead of 0.4."""
    issues = []
    for kind, ratios in read.items():
        product = 1.0
        for ratio in ratios:
            product *= ratio.expected
        if product > _MOST_A_DAY:
            issues.append(
                DayIssue(
                    code="ratios.absurd",
                    file=file,
                    field="expected",
                    value=f"{product:g}",
                    cause=f"is the product for {kind.value}: requests per resident and day",
                    action="give shares as 0.4, not 40",
                )
            )
    return issues
