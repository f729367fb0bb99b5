"""Everything wrong with a folder is named at once: file, row, field, value and remedy."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from dispatch.files import DayError, DayIssue, read_day, render_issues, write_issues
from tests.dispatch.files.day_folder import DayFolder

COLUMNS = (
    "id,lon,lat,class,weight_kg,volume_l,pieces,window_start,window_end,window2_start,"
    "window2_end,asked_at,priority,floor,lift,disassembly,address_id"
)
GOOD_REQUEST = "R99,120.13,30.27,parcel,1,5,1,09:00,11:00,,,08:05,0,3,yes,no,"


def issues_of(folder: DayFolder) -> Sequence[DayIssue]:
    with pytest.raises(DayError) as caught:
        read_day(folder.path)
    return caught.value.issues


def request_line(**changes: str) -> str:
    columns = COLUMNS.split(",")
    values = dict(zip(columns, GOOD_REQUEST.split(","), strict=True)) | changes
    return ",".join(values[name] for name in columns)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"id": "R01"}, "id.duplicate", "id"),
        ({"id": ""}, "field.missing", "id"),
        ({"lon": "abc"}, "field.type", "lon"),
        ({"lon": "nan"}, "field.type", "lon"),
        ({"lon": "30.27", "lat": "120.13"}, "place.swapped", "lon"),
        ({"lon": "500"}, "place.range", "lon"),
        ({"lon": "116.4", "lat": "39.9"}, "place.outside", "lon"),
        ({"class": "letter"}, "field.choice", "class"),
        ({"weight_kg": "-1"}, "field.range", "weight_kg"),
        ({"weight_kg": "1,5 kg".replace(",", ".")}, "field.type", "weight_kg"),
        ({"weight_kg": "1001"}, "request.too_large", "weight_kg"),
        ({"class": "bulky", "weight_kg": "1500"}, "request.too_large", "weight_kg"),
        ({"volume_l": "8001"}, "request.too_large", "volume_l"),
        ({"pieces": "61"}, "request.too_large", "pieces"),
        ({"pieces": "1.5"}, "field.type", "pieces"),
        ({"pieces": "0"}, "field.range", "pieces"),
        ({"window_start": "25h"}, "field.time", "window_start"),
        ({"window_start": "09:75"}, "field.time", "window_start"),
        ({"window_start": "2025-02-30 09:00"}, "field.time", "window_start"),
        ({"window_end": ""}, "field.missing", "window_end"),
        ({"window_end": "08:59"}, "window.order", "window_end"),
        ({"window2_start": "15:00"}, "window.half", "window2_end"),
        ({"window2_start": "11:00", "window2_end": "13:00"}, "window.overlap", "window2_start"),
        ({"window_start": "04:00", "window_end": "06:00"}, "window.no_shift", "window_start"),
        (
            {"window_start": "2025-11-13 09:00", "window_end": "2025-11-13 11:00"},
            "window.other_day",
            "window_start",
        ),
        ({"asked_at": "11:01"}, "request.asked_late", "asked_at"),
        ({"priority": "10"}, "field.range", "priority"),
        ({"floor": "three"}, "field.type", "floor"),
        ({"lift": "maybe"}, "field.type", "lift"),
    ],
)
def test_bad_request(folder: DayFolder, changes: dict[str, str], code: str, field: str) -> None:
    folder.append("requests.csv", request_line(**changes))
    found = issues_of(folder)
    assert (code, "requests.csv", 14, field) in [(i.code, i.file, i.row, i.field) for i in found]
    assert {issue.row for issue in found} == {14}
    for issue in found:
        assert issue.cause
        assert issue.action
        assert issue.value in (None, changes.get(issue.field or "", issue.value))


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("X,truck,2,08:00,18:00,,,HUB-城西,,,,,", "courier.vehicle", "vehicle"),
        ("X,ebike,0,08:00,18:00,,,HUB-城西,,,,,", "field.range", "crew_size"),
        ("X,ebike,1,18:00,08:00,,,HUB-城西,,,,,", "window.order", "shift_end"),
        ("X,ebike,1,08:00,18:00,,,HUB-东,,,,,", "hub.unknown", "start_hub"),
        ("X,ebike,1,08:00,18:00,120.1,30.2,HUB-城西,,,,,", "courier.two_places", "start_hub"),
        ("X,ebike,1,08:00,18:00,120.1,,,,,,,", "place.half", "start_lat"),
        ("X,ebike,1,08:00,18:00,30.2,120.1,,,,,,", "place.swapped", "start_lon"),
        ("X,ebike,1,08:00,18:00,116.4,39.9,,,,,,", "place.far", "start_lon"),
        ("X,ebike,1,08:00,18:00,,,HUB-城西,,,12:00,,", "window.half", "break_end"),
        ("X,ebike,1,08:00,18:00,,,HUB-城西,,,,,30", "window.half", "break_min"),
        (
            "X,ebike,1,08:00,18:00,,,HUB-城西,,,17:40,19:00,30",
            "courier.break_outside",
            "break_start",
        ),
        ("E1,ebike,1,08:00,18:00,,,HUB-城西,,,,,", "id.duplicate", "id"),
    ],
)
def test_bad_courier(folder: DayFolder, line: str, code: str, field: str) -> None:
    folder.append("couriers.csv", line)
    assert [(i.code, i.file, i.row, i.field) for i in issues_of(folder)] == [
        (code, "couriers.csv", 5, field)
    ]


def test_zero_capacity(folder: DayFolder) -> None:
    folder.write(
        "couriers.csv",
        "id,vehicle,shift_start,shift_end,capacity_kg\nV,van,08:00,19:00,0\n",
    )
    (issue,) = issues_of(folder)
    assert (issue.field, issue.value, issue.code) == ("capacity_kg", "0", "field.range")


def test_no_couriers(folder: DayFolder) -> None:
    folder.write("couriers.csv", folder.text("couriers.csv").split("\n")[0])
    (issue,) = issues_of(folder)
    assert issue.code == "courier.none"


def test_bulky_without_a_crew_is_said_once(folder: DayFolder) -> None:
    folder.edit("couriers.csv", "V1,van,2,", "V1,van,1,")
    (issue,) = issues_of(folder)
    assert issue.code == "courier.no_crew"
    assert "2 bulky" in issue.cause


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("H2,120.1,30.2,21:00,07:00,,", "window.order", "closes"),
        ("H2,120.1,30.2,07:00,,,", "window.half", "closes"),
        ("H2,120.1,30.2,,,-1,", "field.range", "unload_fixed_s"),
        ("H2,30.2,120.1,,,,", "place.swapped", "lon"),
        ("HUB-城西,120.1,30.2,,,,", "id.duplicate", "id"),
        ("A;B,120.1,30.2,,,,", "field.text", "id"),
    ],
)
def test_bad_hub(folder: DayFolder, line: str, code: str, field: str) -> None:
    folder.append("hubs.csv", line)
    assert (code, "hubs.csv", 3, field) in [
        (i.code, i.file, i.row, i.field) for i in issues_of(folder)
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("schema = 1", "schema = 2", "city.schema", "schema"),
        ("schema = 1", "", "field.missing", "schema"),
        ('"Hangzhou"', '"Hangzou"', "city.unknown", "city"),
        ("2025-11-03", '"yesterday"', "field.type", "date"),
        ('"Asia/Shanghai"', '"Asia/Hangzhou"', "city.timezone", "timezone"),
        ('"wgs84"', '"utm"', "field.choice", "crs"),
        ('"wgs84"', '"wgs84"\ncrss = 1', "column.unknown", "crss"),
        ('"wgs84"', '"wgs84"\n[vehicles.ebike]\nspeed = 3', "column.unknown", "speed"),
        (
            '"wgs84"',
            '"wgs84"\n[vehicles.ebike]\nspeed_kmh = [3, 4]',
            "city.speeds",
            "vehicles.ebike.speed_kmh",
        ),
        (
            '"wgs84"',
            '"wgs84"\n[vehicles.truck]\ndetour = 1.3',
            "field.missing",
            "vehicles.truck.speed_kmh",
        ),
        ('"wgs84"', "wgs84", "file.syntax", None),
    ],
)
def test_bad_city_file(folder: DayFolder, old: str, new: str, code: str, field: str | None) -> None:
    folder.edit("city.toml", old, new)
    found = [(i.code, i.file, i.field) for i in issues_of(folder)]
    assert (code, "city.toml", field) in found


def test_hints_name_the_near_word(folder: DayFolder) -> None:
    folder.edit("city.toml", "timezone", "timezome")
    folder.edit("requests.csv", "weight_kg", "wieght_kg")
    city, request = issues_of(folder)
    assert city.action == "did you mean timezone?"
    assert request.action == "did you mean weight_kg?"
    assert (request.code, request.row) == ("column.unknown", 1)


def test_missing_column_is_said_once(folder: DayFolder) -> None:
    folder.edit("requests.csv", "window_end,", "window_ended,")
    codes = sorted((issue.code, issue.field) for issue in issues_of(folder))
    assert codes == [("column.missing", "window_end"), ("column.unknown", "window_ended")]


def test_column_twice_and_row_too_long(folder: DayFolder) -> None:
    folder.edit("hubs.csv", "unload_fixed_s", "opens")
    folder.append("requests.csv", GOOD_REQUEST + "西溪路,12号")
    codes = {(issue.code, issue.file, issue.row) for issue in issues_of(folder)}
    assert ("column.duplicate", "hubs.csv", 1) in codes
    assert ("row.too_long", "requests.csv", 14) in codes


def test_rows_are_those_of_a_spreadsheet(folder: DayFolder) -> None:
    folder.write(
        "requests.csv",
        'id,lon,lat,class,window_start,window_end,address_id\n\n"R1",120.13,30.27,parcel,09:00,'
        '11:00,"a"\nR2,120.13,30.27,paper,09:00,11:00,\n',
    )
    (issue,) = issues_of(folder)
    assert (issue.row, issue.value) == (4, "paper")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("requests.csv", b"", "file.empty"),
        ("requests.csv", b"PK\x03\x04\x14\x00", "file.not_text"),
        ("requests.csv", b"id,lon\n\xff\xff\xff", "file.encoding"),
        ("requests.csv", b'id,lon,lat,class,window_start,window_end\n"R1', "file.syntax"),
        ("requests.json", b"[{", "file.syntax"),
        ("requests.json", b'[{"id": 1, "id": 2}]', "file.syntax"),
        ("requests.json", b'{"requests": []}', "file.shape"),
        ("requests.json", b"[" * 100_000, "file.syntax"),
        ("service_area.geojson", b"{}", "geojson.type"),
        ("service_area.geojson", b"\xff\xff", "file.encoding"),
    ],
)
def test_broken_file(folder: DayFolder, name: str, content: bytes, code: str) -> None:
    if name == "requests.json":
        folder.remove("requests.csv")
    (folder.path / name).write_bytes(content)
    assert code in [issue.code for issue in issues_of(folder) if issue.file == name]


def test_missing_files_and_two_forms(folder: DayFolder) -> None:
    (folder.path / "couriers.csv").rename(folder.path / "courier.csv")
    folder.remove("hubs.csv")
    folder.write("requests.json", "[]")
    found = {(issue.code, issue.file): issue for issue in issues_of(folder)}
    assert set(found) == {
        ("file.missing", "couriers.csv"),
        ("file.missing", "hubs.csv"),
        ("file.two_forms", "requests.csv"),
    }
    assert "courier.csv" in found["file.missing", "couriers.csv"].action


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, code in (("nowhere", "folder.missing"), ("file", "folder.not_a_folder")):
        with pytest.raises(DayError) as caught:
            read_day(tmp_path / name)
        assert [issue.code for issue in caught.value.issues] == [code]


def test_file_that_cannot_be_read_is_not_blamed_on_couriers(folder: DayFolder) -> None:
    folder.remove("hubs.csv")
    (folder.path / "hubs.csv").mkdir()
    (issue,) = issues_of(folder)
    assert (issue.code, issue.file) == ("file.unreadable", "hubs.csv")


def test_errors_of_all_files_come_together_in_order(folder: DayFolder) -> None:
    folder.append("hubs.csv", "H2,nowhere,30.2,,,,")
    folder.append("couriers.csv", "X,rocket,1,08:00,18:00,,,HUB-城西,,,,,")
    folder.append("requests.csv", request_line(window_end="08:00"))
    folder.append("requests.csv", request_line(id="R98", lon="116.4"))
    assert [(i.file, i.row) for i in issues_of(folder)] == [
        ("requests.csv", 14),
        ("requests.csv", 15),
        ("couriers.csv", 5),
        ("hubs.csv", 3),
    ]


def test_ten_thousand_errors(folder: DayFolder, tmp_path: Path) -> None:
    lines = [request_line(id=f"Q{n}", weight_kg="x", pieces="-1") for n in range(5_000)]
    folder.append("requests.csv", "\n".join(lines))
    found = issues_of(folder)
    assert len(found) == 10_000
    shown = render_issues(found).splitlines()
    assert shown[0] == "10000 errors in the files:"
    assert len(shown) == 22
    assert shown[-1] == "  ... and 9980 more"
    assert shown[1].startswith("  requests.csv row 14, weight_kg 'x': is not a number; ")
    write_issues(found, tmp_path / "errors.csv")
    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10_000
    assert rows[-1]["field"] == "pieces"
    assert rows[-1]["row"] == "5013"
