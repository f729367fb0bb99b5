"""A sound folder becomes the day it describes, in whatever clothes it comes."""

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.defaults import LOADS, VEHICLES
from dispatch.domain.requests import PickupClass
from dispatch.files import DayError, read_day
from geo.coordinates import Crs, from_wgs84
from tests.dispatch.files.day_folder import TINY_DAY, DayFolder


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_tiny_day_reads_as_written() -> None:
    day = read_day(TINY_DAY)
    assert (len(day.requests), len(day.couriers), len(day.hubs)) == (12, 3, 1)
    walk_up = day.requests[2]
    assert walk_up.asked_at == local("2025-11-02T21:15")
    assert (walk_up.floor, walk_up.lift) == (6, False)
    assert walk_up.load.volume_ml == 15_000
    two = day.requests[6].windows
    assert two[1].start_at == local("2025-11-03T17:00")
    wardrobe = day.requests[10]
    assert wardrobe.pickup_class is PickupClass.BULKY
    assert wardrobe.disassembly
    assert wardrobe.load.weight_g == 62_000
    rider, second, van = day.couriers
    assert rider.capacity == VEHICLES["ebike"].capacity
    assert rider.end is None
    assert rider.rest is not None
    assert rider.rest.length == timedelta(minutes=30)
    assert second.start == second.end == day.hubs[0].place
    assert van.skills == {"piano"}
    assert van.hub_ids == ("HUB-城西",)
    assert len(day.fingerprint) == 64


def test_required_columns_are_enough(folder: DayFolder) -> None:
    folder.write(
        "requests.csv",
        "id,lon,lat,class,window_start,window_end\n"
        "1,120.12,30.27,parcel,09:00,11:00\n2,120.12,30.27,bulky,09:00,11:00\n",
    )
    folder.write(
        "couriers.csv",
        "id,vehicle,shift_start,shift_end\nE1,ebike,08:00,18:00\nV1,van,08:00,18:00\n",
    )
    folder.write("hubs.csv", "id,lon,lat\nH,120.13,30.28\n")
    day = read_day(folder.path)
    parcel, bulky = day.requests
    assert parcel.load == LOADS[PickupClass.PARCEL]
    assert bulky.load == LOADS[PickupClass.BULKY]
    assert (parcel.priority, parcel.floor, parcel.lift, parcel.asked_at) == (0, 0, True, None)
    rider, van = day.couriers
    assert rider.start == day.hubs[0].place
    assert rider.end is None
    assert van.crew_size == 2
    assert van.cost_per_hour_fen == VEHICLES["van"].cost_per_hour_fen
    assert day.hubs[0].hours == ()


def test_json_says_the_same_as_csv(folder: DayFolder) -> None:
    from_csv = read_day(folder.path)
    for name in ("requests", "couriers", "hubs"):
        rows = list(csv.DictReader(io.StringIO(folder.text(f"{name}.csv"))))
        folder.remove(f"{name}.csv")
        folder.write(f"{name}.json", json.dumps(rows, ensure_ascii=False))
    folder.remove("city.toml")
    folder.write("city.json", '{"schema": 1, "city": "杭州", "date": "2025-11-03"}')
    from_json = read_day(folder.path)
    assert from_json.requests == from_csv.requests
    assert from_json.couriers == from_csv.couriers
    assert from_json.hubs == from_csv.hubs
    assert from_json.settings == from_csv.settings


def test_json_takes_numbers_lists_truth_values_and_null(folder: DayFolder) -> None:
    folder.remove("requests.csv")
    entry = {
        "id": 17,
        "lon": 120.12,
        "lat": 30.27,
        "class": "parcel",
        "window_start": "2025-11-03T09:00:00+08:00",
        "window_end": "2025-11-03T03:00:00Z",
        "lift": False,
        "floor": 3,
        "asked_at": None,
    }
    folder.write("requests.json", json.dumps([entry]))
    day = read_day(folder.path)
    (request,) = day.requests
    assert request.id == "17"
    assert request.windows[0].end_at == local("2025-11-03T11:00")
    assert not request.lift


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_spreadsheet_encodings_are_read(folder: DayFolder, encoding: str) -> None:
    expected = read_day(folder.path)
    for name in ("requests.csv", "hubs.csv", "couriers.csv"):
        folder.write(name, folder.text(name), encoding)
    day = read_day(folder.path)
    assert day.requests == expected.requests
    assert day.hubs[0].id == "HUB-城西"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_windows_line_ends_and_empty_rows(
    folder: DayFolder, delimiter: str
) -> None:
    expected = read_day(folder.path)
    text = folder.text("requests.csv").replace(",", delimiter).replace("\n", "\r\n")
    folder.write("requests.csv", text + "\r\n" + delimiter * 5 + "\r\n\r\n")
    assert read_day(folder.path).requests == expected.requests


def test_chinese_paths_and_words(tmp_path: Path, folder: DayFolder) -> None:
    folder.edit("requests.csv", "21:15,0,6,no,no", "21:15,0,6,无,否")
    renamed = folder.path.rename(tmp_path / "十一月三日 杭州")
    assert not read_day(renamed).requests[2].lift


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
def test_shifted_coordinates_are_brought_back(folder: DayFolder, crs: Crs) -> None:
    truth = [(request.place.lon, request.place.lat) for request in read_day(folder.path).requests]
    rows = list(csv.reader(io.StringIO(folder.text("requests.csv"))))
    shifted = from_wgs84(np.array(truth), crs)
    for row, (lon, lat) in zip(rows[1:], shifted.tolist(), strict=True):
        row[1:3] = [repr(lon), repr(lat)]
    folder.write("requests.csv", "\n".join(",".join(row) for row in rows))
    folder.edit("city.toml", '"wgs84"', f'"{crs.value}"')
    day = read_day(folder.path)
    found = [(request.place.lon, request.place.lat) for request in day.requests]
    np.testing.assert_allclose(found, truth, atol=1e-7)
    # The hub was not shifted in its file, so that it has moved against the requests.
    assert day.hubs[0].place.lon != 120.13


def test_three_sides_give_the_volume_of_all_pieces(folder: DayFolder) -> None:
    folder.write(
        "requests.csv",
        "id,lon,lat,class,pieces,length_cm,width_cm,height_cm,window_start,window_end\n"
        "R1,120.12,30.27,parcel,2,40,30,20,09:00,11:00\n",
    )
    assert read_day(folder.path).requests[0].load.volume_ml == 48_000


def test_city_file_overrides_defaults(folder: DayFolder) -> None:
    folder.append(
        "city.toml",
        """
[vehicles.ebike]
speed_kmh = 20
capacity_kg = 80
cost_per_hour_yuan = 40.5
[vehicles.handcart]
speed_kmh = 4
capacity_kg = 100
capacity_l = 400
capacity_pieces = 30
[service.parcel]
base_s = 100
[prices]
late_allowed_min = 30
unserved_yuan = { bulky = 321 }
""",
    )
    folder.append("couriers.csv", "C9,handcart,,08:00,18:00,,,HUB-城西,,,,,")
    day = read_day(folder.path)
    assert day.settings.vehicle_classes["ebike"].speeds_kmh == (20.0,)
    assert day.couriers[0].capacity.weight_g == 80_000
    assert day.couriers[0].capacity.pieces == VEHICLES["ebike"].capacity.pieces
    assert day.couriers[0].cost_per_hour_fen == 4_050
    assert day.couriers[3].capacity.volume_ml == 400_000
    parcel = day.settings.service_times[PickupClass.PARCEL]
    assert (parcel.base_s, parcel.setup_s) == (100, 60)
    assert day.settings.prices.late_allowed_s == 1800
    assert day.settings.prices.unserved_fen == {
        PickupClass.PARCEL: 10_000,
        PickupClass.BULKY: 32_100,
    }


def test_own_service_area_counts(folder: DayFolder) -> None:
    ring = [[120.1, 30.26], [120.15, 30.26], [120.15, 30.285], [120.1, 30.285], [120.1, 30.26]]
    folder.write("service_area.geojson", json.dumps({"type": "Polygon", "coordinates": [ring]}))
    with pytest.raises(DayError) as caught:
        read_day(folder.path)
    assert [(issue.code, issue.row) for issue in caught.value.issues] == [
        ("place.outside", 7),
        ("place.outside", 8),
    ]


def test_couriers_may_live_outside_the_area_and_work_past_midnight(folder: DayFolder) -> None:
    folder.append("couriers.csv", "E9,ebike,1,20:00,26:30,120.9,30.6,,,,,,")
    courier = read_day(folder.path).couriers[3]
    assert courier.shift.end_at == local("2025-11-04T02:30")


def test_hubs_of_a_courier(folder: DayFolder) -> None:
    folder.append("hubs.csv", "H2,120.2,30.2,,,,")
    folder.write(
        "couriers.csv",
        "id,vehicle,shift_start,shift_end,start_hub,hubs\n"
        "A,ebike,08:00,20:00,H2,\nB,ebike,08:00,20:00,H2,none\nC,van,08:00,20:00,H2,H2\n",
    )
    assert [courier.hub_ids for courier in read_day(folder.path).couriers] == [
        ("HUB-城西", "H2"),
        (),
        ("H2",),
    ]


def test_day_without_requests_is_sound(folder: DayFolder) -> None:
    folder.write("requests.csv", folder.text("requests.csv").split("\n")[0] + "\n")
    assert read_day(folder.path).requests == ()


def test_fingerprint_follows_the_contents_and_not_the_path(
    folder: DayFolder, tmp_path: Path
) -> None:
    first = read_day(folder.path).fingerprint
    assert first == read_day(TINY_DAY).fingerprint
    (folder.path / "notes.txt").write_text("not read")
    assert read_day(folder.path).fingerprint == first
    folder.edit("requests.csv", "1.2,6,1", "1.3,6,1")
    assert read_day(folder.path).fingerprint != first
