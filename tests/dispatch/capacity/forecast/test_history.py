"""History files and the forecasts made of them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.capacity.forecast.calendar import Peak
from dispatch.capacity.forecast.from_history import ForecastError, forecast_week
from dispatch.capacity.forecast.history import History, read_history
from dispatch.capacity.forecast.ratio_file import read_ratios
from dispatch.capacity.forecast.wishes import usual_windows
from dispatch.capacity.needs import Level
from dispatch.domain.requests import PickupClass
from dispatch.files.issues import DayError
from geo.cities import find_city

HEADER = "city,class,zone,lon,lat,asked_at,window_start,window_end\n"
GOOD = "杭州,parcel,West,,,2026-06-01T08:00,2026-06-01T09:00,2026-06-01T11:00\n"
MONDAY = date(2026, 6, 1)


def history_file(folder: Path, *rows: str) -> Path:
    path = folder / "history.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def history(counts: np.ndarray, first: date = MONDAY) -> History:
    return History(
        city="Hangzhou",
        kind=PickupClass.PARCEL,
        first=first,
        counts=counts,
        windows=usual_windows(PickupClass.PARCEL),
        zones={"West": 1.0},
    )


def test_requests_are_counted_by_city_class_day_window_and_zone(tmp_path: Path) -> None:
    there = next(one for one in find_city("Hangzhou").districts if one.name_zh == "西湖区")
    parcels, bulky = read_history(
        history_file(
            tmp_path,
            GOOD,
            "Hangzhou,parcel,East,,,2026-05-31T20:00,2026-06-01T13:00,2026-06-01T15:00\n",
            # Seven in the evening of 2 June in UTC is the morning of 3 June there.
            "hangzhou,parcel,West,,,2026-06-02T20:00,2026-06-02T19:00:00Z,2026-06-02T21:00:00Z\n",
            f"Hangzhou,bulky,,{there.label_lon},{there.label_lat},2026-06-01T08:00,"
            "2026-06-02T09:00,2026-06-02T11:00\n",
        )
    )
    assert (parcels.city, parcels.kind) == ("Hangzhou", PickupClass.PARCEL)
    assert parcels.first == MONDAY
    # On 2 June the file knows the city by its bulky request: no parcel was asked for.
    assert parcels.counts.tolist() == [2, 0, 1]
    assert parcels.zones == pytest.approx({"West": 2 / 3, "East": 1 / 3})
    assert {(w.start_s // 3600, w.end_s // 3600) for w in parcels.windows} == {
        (3, 5),
        (9, 11),
        (13, 15),
    }
    # A place without a zone counts for the nearest district.
    assert list(bulky.zones) == ["西湖区"]


def test_days_of_which_the_file_knows_nothing_are_not_zero(tmp_path: Path) -> None:
    later = GOOD.replace("2026-06-01", "2026-06-03")
    (parcels,) = read_history(history_file(tmp_path, GOOD, later))
    assert parcels.counts[[0, 2]].tolist() == [1, 1]
    assert np.isnan(parcels.counts[1])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (GOOD.replace("杭州", "Hangzou"), "row 2, city 'Hangzou': is not in the catalogue"),
        (GOOD.replace("parcel", "letter"), "row 2, class 'letter'"),
        (GOOD.replace("T11:00", "T08:00"), "window_end"),
        (GOOD.replace("T08:00", "T12:00"), "asked_at"),
        (GOOD.replace("2026-06-01T09:00", "09:00"), "row 2, window_start '09:00': names no day"),
        (GOOD.replace("West,,", "West,120.1,"), "lat: is missing"),
        (GOOD + GOOD.replace("2026", "2006"), "row 3, window_start '2006-06-01'"),
        ("", "has no rows"),
    ],
)
def test_bad_rows_are_named_with_their_cell(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(DayError) as refused:
        read_history(history_file(tmp_path, row))
    assert told in str(refused.value)


def test_a_misspelt_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(HEADER.replace("zone", "zoen") + GOOD, encoding="utf-8")
    with pytest.raises(DayError, match="did you mean zone"):
        read_history(path)


def test_the_weekday_pattern_and_a_past_peak_are_told_apart() -> None:
    week = np.array([110.0, 100, 100, 100, 100, 90, 60])
    peak = Peak(on=date(2026, 7, 20), factor=2.0, lag_days=3, spread_days=2)
    days = [MONDAY + timedelta(days=number) for number in range(70)]
    counts = np.resize(week, 70) * np.array([peak.at(day) for day in days])
    forecast = forecast_week(
        history(counts), monday=date(2026, 8, 17), growth_per_year=0.0, peaks=[peak]
    )
    assert forecast.demand.per_weekday == pytest.approx(week, rel=0.03)


def test_beyond_four_weeks_growth_and_uncertainty_go_on() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(100, 84).astype(float)
    past = history(counts)
    near = forecast_week(past, monday=date(2026, 8, 24), growth_per_year=0.5)
    far = forecast_week(past, monday=date(2027, 8, 23), growth_per_year=0.5)
    grown = sum(far.demand.per_weekday) / sum(near.demand.per_weekday)
    assert grown == pytest.approx(1.5 ** ((365 - 28) / 365.25), rel=0.06)
    assert far.demand.factors[Level.HIGH] > near.demand.factors[Level.HIGH] > 1
    assert far.demand.factors[Level.LOW] < near.demand.factors[Level.LOW] < 1


def test_what_cannot_be_forecast_says_why() -> None:
    with pytest.raises(ForecastError, match="has 3 days"):
        forecast_week(history(np.ones(3)), monday=date(2026, 8, 24), growth_per_year=0.0)
    with pytest.raises(ForecastError, match="goes on to 2026-06-14"):
        forecast_week(history(np.ones(14)), monday=date(2026, 6, 8), growth_per_year=0.0)


def test_own_ratios_replace_those_of_their_class(tmp_path: Path) -> None:
    path = tmp_path / "ratios.csv"
    path.write_text("class,name,low,expected,high\nbulky,a day,0.001,0.002,0.003\n")
    ratios = read_ratios(path)
    assert [one.expected for one in ratios[PickupClass.BULKY]] == [0.002]
    assert len(ratios[PickupClass.PARCEL]) > 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("bulky,a day,-0.1,0.2,0.3", "row 2, low '-0.1': must be"),
        ("bulky,a day,0.3,0.2,0.4", "row 2, expected '0.2': does not lie between"),
        ("bulky,a day,20,40,60", "requests per resident and day; give shares as 0.4"),
    ],
)
def test_absurd_ratios_are_named_with_their_cell(tmp_path: Path, row: str, told: str) -> None:
    path = tmp_path / "ratios.csv"
    path.write_text(f"class,name,low,expected,high\n{row}\n")
    with pytest.raises(DayError) as refused:
        read_ratios(path)
    assert told in str(refused.value)
