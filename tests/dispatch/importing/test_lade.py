"""LaDe-P files: what is in the file stays as it is, what is not is drawn with the seed."""

from datetime import date
from pathlib import Path

import pytest

from dispatch.domain.requests import PickupClass
from dispatch.files import DayError, read_day, write_day
from dispatch.importing import LadeDay, import_lade

HEADER = "order_id,city,accept_time,time_window_start,time_window_end,lng,lat,ds"
ROWS = (
    "1,X,05-01 08:41:00,05-01 13:00:00,05-01 15:00:00,120.0035,30.32773,501",
    "2,X,04-29 07:42:00,05-01 09:00:00,05-01 11:00:00,120.04879,30.36854,501",
    "3,X,05-01 08:00:00,04-30 16:49:00,05-01 23:00:00,120.04879,30.36854,501",
    "4,X,05-01 09:00:00,05-02 09:00:00,05-02 11:00:00,120.05,30.36,501",
    "5,X,05-01 18:00:00,05-01 21:00:00,05-01 22:00:00,120.05,30.35,501",
)


def lade(*rows: str, header: str = HEADER, **options: object) -> LadeDay:
    text = "\n".join((header, *rows)) + "\n"
    return import_lade("day.csv", text, **({"city": "Hangzhou", "seed": 1} | options))  # type: ignore[arg-type]


def test_places_windows_and_times_of_asking_are_those_of_the_file() -> None:
    day = lade(*ROWS).day
    assert day.settings.date == date(2022, 5, 1)
    requests = {request.id: request for request in day.requests}
    first = requests["1"]
    assert (first.place.lon, first.place.lat) == (120.0035, 30.32773)
    assert first.windows[0].start_at.isoformat() == "2022-05-01T13:00:00+08:00"
    assert first.windows[0].end_at.isoformat() == "2022-05-01T15:00:00+08:00"
    asked_at = requests["2"].asked_at
    assert asked_at is not None
    assert asked_at.isoformat() == "2022-04-29T07:42:00+08:00", "asked two days before"
    assert requests["3"].windows[0].start_at.isoformat() == "2022-04-30T16:49:00+08:00"
    assert requests["2"].address_id == requests["3"].address_id is not None
    assert first.address_id is None


def test_rows_left_out_are_told() -> None:
    imported = lade(*ROWS)
    assert imported.other_days == 1
    assert imported.no_shift == ("5",)
    assert {request.id for request in imported.day.requests} == {"1", "2", "3"}


def test_another_day_and_year_can_be_asked_for() -> None:
    imported = lade(*ROWS, year=2021, day_date=date(2021, 5, 2))
    assert [request.id for request in imported.day.requests] == ["4"]
    with pytest.raises(DayError, match="no window on 2022-07-01"):
        lade(*ROWS, day_date=date(2022, 7, 1))


def test_the_seed_draws_goods_and_couriers_only() -> None:
    assert lade(*ROWS).day == lade(*ROWS).day
    one, other = lade(*ROWS).day, lade(*ROWS, seed=2).day
    assert [r.place for r in one.requests] == [r.place for r in other.requests]
    assert [r.load for r in one.requests] != [r.load for r in other.requests]


def test_share_of_bulky_is_drawn() -> None:
    kinds = {request.pickup_class for request in lade(*ROWS, bulky_share=1.0).day.requests}
    assert kinds == {PickupClass.BULKY}


@pytest.mark.parametrize("city", ["Hangzhou", "Jilin"])
def test_the_day_is_written_and_read_as_it_is(city: str, tmp_path: Path) -> None:
    day = lade(*ROWS, city=city).day
    write_day(day, tmp_path / "day")
    again = read_day(tmp_path / "day")
    assert again.settings.city == city
    assert again.requests == day.requests
    assert again.couriers == day.couriers
    assert again.fingerprint == day.fingerprint


def test_new_year_may_lie_between_asking_and_window() -> None:
    row = "1,X,12-31 20:00:00,01-01 09:00:00,01-01 11:00:00,120.0,30.3,101"
    asked_at = lade(row).day.requests[0].asked_at
    assert asked_at is not None
    assert asked_at.isoformat() == "2021-12-31T20:00:00+08:00"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROWS[0].replace("05-01 13:00:00", "1 May"), "row 2, time_window_start '1 May'"),
        (ROWS[0].replace("05-01 15:00:00", "05-01 12:00:00"), "row 2, time_window_end '05-01 12"),
        (ROWS[0].replace("120.0035", "x"), "row 2, lng 'x': is no number of degrees"),
        (ROWS[0].replace("30.32773", "nan"), "row 2, lat 'nan': is no number of degrees"),
        (ROWS[0].replace("1,X", ",X"), "row 2, order_id: is empty"),
        (ROWS[0] + ",9", "row 2: has 9 cells for 8 columns"),
        (ROWS[0] + "\n" + ROWS[0], "row 3, order_id '1': is already in row 2"),
    ],
)
def test_broken_rows_are_named(row: str, message: str) -> None:
    with pytest.raises(DayError, match=message):
        lade(row)


def test_all_broken_rows_are_found_in_one_pass() -> None:
    with pytest.raises(DayError) as caught:
        lade(ROWS[0].replace("120.0035", "x"), ROWS[1].replace("30.36854", "y"))
    assert [issue.row for issue in caught.value.issues] == [2, 3]


def test_columns_are_checked() -> None:
    with pytest.raises(DayError, match="lat: is missing"):
        lade(header=HEADER.replace(",lat", ""))
    with pytest.raises(DayError, match="colour: is no column of LaDe-P"):
        lade(header=HEADER + ",colour")
    with pytest.raises(DayError, match="holds no rows"):
        lade()


@pytest.mark.parametrize(
    ("name", "city", "requests"),
    [("hangzhou", "Hangzhou", 1150), ("jilin", "Jilin", 755), ("yantai", "Yantai", 1486)],
)
def test_recorded_days_are_imported_whole(
    shared_data: Path, tmp_path: Path, name: str, city: str, requests: int
) -> None:
    file = shared_data / "lade_p" / f"pickup_{name}.csv"
    imported = import_lade(file.name, file.read_text(), city=city, seed=1)
    assert imported.no_shift == ()
    write_day(imported.day, tmp_path / "day")
    assert len(read_day(tmp_path / "day").requests) == requests
