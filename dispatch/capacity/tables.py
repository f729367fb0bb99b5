"""What ``dispatch capacity`` writes: CSV tables, one for each question."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dispatch.capacity.forecast.backtest import BackTest
from dispatch.capacity.forecast.demand import WEEKDAYS
from dispatch.capacity.forecast.from_history import HistoryForecast
from dispatch.capacity.needs import Level, needs_csv
from dispatch.capacity.plan import CityPlan, zone_couriers
from dispatch.capacity.staffing.work import HOURS
from dispatch.capacity.validate.proof import Proof


def write_plans(folder: Path, plans: Sequence[CityPlan]) -> None:
    """Write needs.csv, demand.csv, hours.csv, shifts.csv and staffing.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    needs = [need for plan in plans for need in plan.needs.values()]
    (folder / "needs.csv").write_text(needs_csv(needs), encoding="utf-8")
    _write(folder / "demand.csv", _DEMAND, _demand_rows(plans))
    _write(folder / "hours.csv", _HOURS, _hour_rows(plans))
    _write(folder / "shifts.csv", _SHIFTS, _shift_rows(plans))
    _write(folder / "staffing.csv", _STAFFING, _staffing_rows(plans))


def write_back_tests(folder: Path, forecasts: Iterable[HistoryForecast]) -> None:
    """Write backtest.csv: every model on days held out."""
    rows = (_test_row(one, test) for one in forecasts for test in one.tests)
    _write(folder / "backtest.csv", _TESTS, rows)


def write_proofs(folder: Path, proofs: Iterable[Proof]) -> None:
    """Write validation.csv: predicted beside simulated."""
    rows = (
        (
            proof.city,
            proof.kind.value,
            proof.couriers,
            one.figure,
            f"{one.predicted:.4f}",
            f"{one.simulated:.4f}",
        )
        for proof in proofs
        for one in proof.comparisons
    )
    _write(folder / "validation.csv", _PROOFS, rows)


_DEMAND = ("city", "class", "scenario", *WEEKDAYS, "source")
_HOURS = ("city", "class", "zone", "hour", "requests", "couriers_needed")
_SHIFTS = ("city", "class", "weekday", "start", "end", "break_min", "part_time", "couriers")
_STAFFING = (
    "city",
    "class",
    "scenario",
    "shifts_busiest_day",
    "shifts_per_week",
    "paid_hours_per_week",
    "kept_predicted",
    "as_asked_predicted",
    "cost_above_least",
)
_TESTS = ("city", "class", "model", "chosen", "days", "error_share", "bias_share", "week_sigma")
_PROOFS = ("city", "class", "couriers", "figure", "predicted", "simulated")


def _demand_rows(plans: Iterable[CityPlan]) -> Iterable[Sequence[Any]]:
    for plan in plans:
        for level in Level:
            counts = (f"{count:.1f}" for count in plan.demand.requests(level))
            yield (*_who(plan), level.value, *counts, plan.demand.source)


def _hour_rows(plans: Iterable[CityPlan]) -> Iterable[Sequence[Any]]:
    """The busiest weekday at expected demand."""
    for plan in plans:
        day = plan.busiest(Level.EXPECTED)
        for zone, couriers in zone_couriers(day, plan.demand.zones).items():
            pickups = day.work.pickups * plan.demand.zones[zone]
            for hour in range(HOURS):
                if pickups[hour] > 0:
                    yield *_who(plan), zone, hour, f"{pickups[hour]:.2f}", f"{couriers[hour]:.2f}"


def _shift_rows(plans: Iterable[CityPlan]) -> Iterable[Sequence[Any]]:
    for plan in plans:
        for weekday, day in zip(WEEKDAYS, plan.days[Level.EXPECTED], strict=True):
            for shift, count in zip(day.roster.shifts, day.roster.counts, strict=True):
                start_s, end_s = shift.type.window
                rest_min = 0 if shift.type.break_h is None else shift.type.break_min
                yield (
                    *_who(plan),
                    weekday,
                    _clock(start_s),
                    _clock(end_s),
                    rest_min,
                    "no" if shift.full else "yes",
                    count,
                )


def _staffing_rows(plans: Iterable[CityPlan]) -> Iterable[Sequence[Any]]:
    for plan in plans:
        for level, need in plan.needs.items():
            day = plan.busiest(level)
            yield (
                *_who(plan),
                level.value,
                day.roster.couriers,
                need.shifts_per_week,
                f"{need.paid_hours_per_week:.1f}",
                f"{day.service.kept:.4f}",
                f"{day.service.as_asked:.4f}",
                f"{max(one.roster.gap for one in plan.days[level]):.4f}",
            )


def _test_row(forecast: HistoryForecast, test: BackTest) -> Sequence[Any]:
    return (
        forecast.demand.city,
        forecast.demand.kind.value,
        test.model,
        "yes" if test.model == forecast.model else "no",
        test.days,
        f"{test.error_share:.4f}",
        f"{test.bias_share:.4f}",
        f"{test.week_sigma:.4f}",
    )


def _who(plan: CityPlan) -> tuple[str, str]:
    return plan.demand.city, plan.demand.kind.value


def _clock(second: int) -> str:
    return f"{second // 3_600:02d}:{second % 3_600 // 60:02d}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
