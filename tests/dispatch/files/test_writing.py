"""What is written reads back as the same day."""

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.files import read_day, write_day
from dispatch.files.writing import day_fingerprint
from tests.dispatch.files.day_folder import TINY_DAY


def test_round_trip(tmp_path: Path) -> None:
    day = read_day(TINY_DAY)
    write_day(day, tmp_path / "新的" / "day")
    again = read_day(tmp_path / "新的" / "day")
    assert again.fingerprint == day_fingerprint(day)
    assert replace(again, fingerprint=day.fingerprint) == day


def test_round_trip_of_what_defaults_would_hide(tmp_path: Path) -> None:
    day = read_day(TINY_DAY)
    rider = replace(
        day.couriers[0], hub_ids=(), home_zones=frozenset({"西湖", "东"}), cost_per_km_fen=7
    )
    prices = replace(day.settings.prices, late_allowed_s=100, late_fen_per_minute=33)
    changed = replace(
        day,
        settings=replace(day.settings, prices=prices),
        couriers=(rider, *day.couriers[1:]),
    )
    write_day(changed, tmp_path)
    assert replace(read_day(tmp_path), fingerprint=day.fingerprint) == changed


def test_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    day = read_day(TINY_DAY)
    (tmp_path / "requests.csv").write_text("mine")
    with pytest.raises(FileExistsError, match="not empty"):
        write_day(day, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["requests.csv"]
    assert (tmp_path / "requests.csv").read_text() == "mine"
    write_day(day, tmp_path, replace=True)
    assert read_day(tmp_path).requests == day.requests
