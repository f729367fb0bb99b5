"""``dispatch capacity`` as a planner uses it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from joblib import parallel_config

from dispatch.cli.main import main

Capacity = Callable[..., Result]
EASY = ("--as-asked", "0.8", "--kept", "0.9")


@pytest.fixture
def capacity(tmp_path: Path) -> Capacity:
    def run(*arguments: str) -> Result:
        # Starting processes would take longer than these few days.
        with parallel_config(backend="sequential"):
            return CliRunner().invoke(
                main, ["capacity", "--out", str(tmp_path / "out"), *arguments]
            )

    return run


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "out" / name).read_text().splitlines()))


def test_a_city_gets_fleet_people_and_shifts(capacity: Capacity, tmp_path: Path) -> None:
    result = capacity("--city", "福州", *EASY)
    assert result.exit_code == 0, result.output
    needs = rows(tmp_path, "needs.csv")
    assert [(row["class"], row["scenario"]) for row in needs] == [
        (kind, level) for kind in ("parcel", "bulky") for level in ("low", "expected", "high")
    ]
    for kind in ("parcel", "bulky"):
        of_kind = [row for row in needs if row["class"] == kind]
        for figure in ("requests_per_day", "vehicles", "people", "cost_per_week_yuan"):
            low, expected, high = (float(row[figure]) for row in of_kind)
            assert 0 < low < expected < high
    monday = [row for row in rows(tmp_path, "shifts.csv") if row["weekday"] == "Mon"]
    parcels = sum(int(row["couriers"]) for row in monday if row["class"] == "parcel")
    (staffed,) = (
        row
        for row in rows(tmp_path, "staffing.csv")
        if (row["class"], row["scenario"]) == ("parcel", "expected")
    )
    assert int(staffed["shifts_busiest_day"]) == parcels
    assert float(staffed["kept_predicted"]) >= 0.9
    assert float(staffed["as_asked_predicted"]) >= 0.8
    nine = [row for row in rows(tmp_path, "hours.csv") if row["hour"] == "9"]
    assert {row["zone"] for row in nine} >= {"鼓楼区", "台江区"}


def test_a_day_is_simulated_beside_what_was_predicted(capacity: Capacity, tmp_path: Path) -> None:
    ratios = tmp_path / "ratios.csv"
    ratios.write_text(
        "class,name,low,expected,high\n"
        "parcel,a day,0.000005,0.00001,0.00002\nbulky,a day,0.000001,0.000002,0.000003\n"
    )
    arguments = ("--city", "fuzhou", "--ratios", str(ratios), *EASY, "--validate", "--seeds", "1")
    result = capacity(*arguments)
    assert result.exit_code == 0, result.output
    proofs = {(row["class"], row["figure"]): row for row in rows(tmp_path, "validation.csv")}
    assert len(proofs) == 8
    assert 0 <= float(proofs["parcel", "kept"]["simulated"]) <= 1
    assert float(proofs["bulky", "km a day"]["simulated"]) > 0
    # The corrected constants can be given back, and predict something else.
    before = rows(tmp_path, "staffing.csv")[1]["kept_predicted"]
    both = tmp_path / "both.toml"
    parts = [tmp_path / "out" / f"constants-fuzhou-{kind}.toml" for kind in ("parcel", "bulky")]
    both.write_text("".join(part.read_text() for part in parts))
    again = capacity("--city", "fuzhou", "--ratios", str(ratios), *EASY, "--constants", str(both))
    assert again.exit_code == 0, again.output
    assert rows(tmp_path, "staffing.csv")[1]["kept_predicted"] != before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give --city or --all"),
        (("--city", "fuzhou", "--all"), "not both"),
        (("--city", "Atlantis"), "Atlantis"),
        (("--city", "fuzhou", "--week", "2026-08-26"), "2026-08-26 is a Wed"),
        (("--city", "fuzhou", "--growth", "-1.5"), "-1.5"),
        (("--city", "fuzhou", "--kept", "1.2"), "kept must lie between 0 and 1, not 1.2"),
        (("--city", "fuzhou", "--peak", "11.11.:2"), "11.11.:2"),
        (("--city", "fuzhou", "--peak", "2026-11-11:-2"), "factor -2"),
        (("--city", "fuzhou", "--policy", "zones"), "no constants for parcel and bulky"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(
    capacity: Capacity, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = capacity(*arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()
