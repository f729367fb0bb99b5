"""``dispatch simulate`` as a planner uses it."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dispatch.cli.main import main
from dispatch.simulation.city import sampled_city
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import Study, run_study

Simulate = Callable[..., Result]
SMALL = ("--couriers", "2", "--vans", "1", "--requests", "12", "--seeds", "1", "--tick", "1800")


@pytest.fixture
def simulate(tmp_path: Path) -> Simulate:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["simulate", "--out", str(tmp_path / "out"), *arguments])

    return run


def _rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "out" / "metrics.csv").read_text().splitlines()))


def test_a_day_under_two_policies(simulate: Simulate, tmp_path: Path) -> None:
    result = simulate("--city", "hangzhou", *SMALL, "--policy", "nearest", "--policy", "matching")
    assert result.exit_code == 0, result.output
    assert "Hangzhou, an ordinary day: 1 of 1 simulated day, fleet: 2 ebike, 1 van" in result.output
    rows = _rows(tmp_path)
    assert [(row["policy"], row["seed"]) for row in rows] == [("nearest", "1"), ("matching", "1")]
    assert rows[0]["asked"] == rows[1]["asked"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Against nearest, day by day" in page
    assert '<canvas id="playback">' in page
    assert (tmp_path / "out" / "metrics.json").is_file()


def test_a_folder_is_replayed_as_it_came(simulate: Simulate, tmp_path: Path) -> None:
    day = str(tmp_path / "day")
    made = CliRunner().invoke(
        main, ["sample", "--city", "hangzhou", "--requests", "15", "--out", day]
    )
    assert made.exit_code == 0, made.output
    result = simulate("--day", day, "--seeds", "1", "--tick", "1800")
    assert result.exit_code == 0, result.output
    (row,) = _rows(tmp_path)
    assert row["asked"] == "15"
    refused = simulate("--day", day, "--scenario", "peak")
    assert refused.exit_code == 2
    assert "scenario peak changes the demand by 2" in refused.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --city or --day, and not both"),
        (("--city", "hangzhou", "--day", "x"), "give --city or --day, and not both"),
        (("--city", "Hangzou"), "Hangzhou"),
        (("--day", "x", "--vans", "3", "--bulky-share", "0.1"), "--vans, --bulky-share"),
        (("--city", "hangzhou", "--policy", "best"), "best"),
        (("--city", "hangzhou", "--scenario", "snow"), "snow"),
        (("--city", "hangzhou", "--seeds", "0"), "seeds"),
        (("--city", "hangzhou", "--hindsight", "matching"), "needs --policy matching"),
        (("--city", "hangzhou", "--roads", "none.roads"), "none.roads"),
    ],
)
def test_wrong_options_are_named(simulate: Simulate, arguments, said: str) -> None:
    result = simulate(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_stopped_study_keeps_the_days_that_are_over() -> None:
    seen: list[tuple[str, int | None]] = []

    def note(policy: str, seed: int | None, at: int) -> None:
        del at
        seen.append((policy, seed))

    study = Study(
        city=sampled_city("Hangzhou", couriers=1, vans=0, requests=5),
        scenario=SCENARIOS["ordinary"],
        policies=("nearest", "matching"),
        seeds=(1, 2),
        tick_s=3_600,
    )
    result = run_study(study, on_progress=note, stop=lambda: ("matching", 1) in seen)
    assert result.interrupted
    assert [(day.policy, day.seed) for day in result.days] == [("nearest", 1)]


def test_nothing_is_written_where_no_day_is_over(
    simulate: Simulate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stopped() -> Iterator[Callable[[], bool]]:
        yield lambda: True

    monkeypatch.setattr("dispatch.cli.simulate.stop_on_signals", stopped)
    result = simulate("--city", "hangzhou", *SMALL)
    assert result.exit_code == 130
    assert "nothing was written" in result.output
    assert not (tmp_path / "out").exists()
