"""Fleets found by bisection, and simulated days that are kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.dynamic.fleet import Search, fewest, hopeless, promise_kept
from benchmarks.dynamic.results import OutcomesFile, read_outcomes
from benchmarks.dynamic.trials import Outcome, Setting, Trial

SETTING = Setting(city="hangzhou", couriers=40, vans=10, requests=100)


def outcome(trial: Trial, *, accepted: int = 100, kept: int = 100) -> Outcome:
    return Outcome(
        trial=trial,
        version="1",
        seconds=1.0,
        figures={"on_time_share": kept / 100, "accepted_share": accepted / 100},
        counts={"asked": 100, "accepted": accepted, "due": 100, "kept": kept},
        in_hindsight={},
        ways={},
    )


class Rule:
    """A runner for which so many couriers keep so much.

    Args:
        kept: Promises kept of 100, by the couriers.
    """

    def __init__(self, kept: Callable[[int], int]) -> None:
        self._kept = kept
        self.tried: list[int] = []

    def run(
        self,
        trials: Sequence[Trial],
        *,
        enough: Callable[[Sequence[Outcome]], bool] = lambda _: False,
    ) -> list[Outcome]:
        self.tried.append(trials[0].setting.couriers)
        made: list[Outcome] = []
        for trial in trials:
            if not enough(made):
                made.append(outcome(trial, kept=self._kept(trial.setting.couriers)))
        return made


def search(couriers: int) -> Search:
    return Search(
        setting=replace(SETTING, couriers=couriers),
        scenario="ordinary",
        policy="nearest",
        seeds=(1, 2, 3),
        vans_for_each=0.3,
        most=200,
    )


@pytest.mark.parametrize("begin", [1, 20, 73, 74, 200])
def test_bisection_finds_the_first_fleet_that_is_enough(begin: int) -> None:
    runner = Rule(lambda couriers: 98 if couriers >= 74 else 97)
    assert fewest(search(begin), runner, lambda _: 100) == 74
    assert len(runner.tried) == len(set(runner.tried))


def test_no_fleet_is_enough() -> None:
    assert fewest(search(50), Rule(lambda _: 90), lambda _: 100) is None


def test_a_single_courier_may_be_enough() -> None:
    assert fewest(search(50), Rule(lambda _: 100), lambda _: 100) == 1


def test_crews_are_in_proportion() -> None:
    settings = [trial.setting for trial in search(40).trials(60)]
    assert {(one.couriers, one.vans) for one in settings} == {(60, 18)}


def test_all_days_count_together() -> None:
    trials = search(40).trials(40)
    assert promise_kept([outcome(trials[0], kept=96), outcome(trials[1], kept=100)])
    assert not promise_kept([outcome(trials[0], kept=95), outcome(trials[1], kept=100)])
    assert not promise_kept([outcome(trials[0], accepted=96)])


def test_days_that_cannot_be_made_up_for_end_a_trial() -> None:
    trials = search(40).trials(40)
    assert not hopeless([outcome(trials[0], kept=96)], requests=300)
    assert hopeless([outcome(trials[0], kept=93)], requests=300)
    assert hopeless([outcome(trials[0], accepted=90)], requests=300)


def test_searches_bounded_by_seconds_share_a_rehearsal_without_such_bounds() -> None:
    days = [
        Trial(setting=SETTING, scenario="ordinary", policy=policy, seed=1, search_s=1.0)
        for policy in ("rolling", "rolling-ortools", "nearest")
    ]
    rehearsals = [day.rehearsal() for day in days]
    assert [one.policy for one in rehearsals] == ["rolling", "rolling", "nearest"]
    assert {one.search_s for one in rehearsals} == {0.0}


def test_kept_days_are_gone_on_with_unless_the_code_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    trial = search(40).trials(40)[0]
    OutcomesFile(path, ["dynamic"], "1").add(outcome(trial))
    with path.open("a") as file:
        file.write('{"kind": "day", "tri')
    again = OutcomesFile(path, ["dynamic"], "1")
    assert again.get(trial) == outcome(trial)
    assert OutcomesFile(path, ["dynamic"], "2").get(trial) is None
    headings, outcomes = read_outcomes(path)
    assert len(headings) == 3
    assert outcomes == [outcome(trial)]


def test_the_command_prints_a_table_and_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    options = [
        *("dynamic", "--policy", "nearest", "--policy", "matching", "--requests", "8"),
        *("--couriers", "2", "--vans", "1", "--seeds", "1", "--tick", "1800", "--jobs", "1"),
        *("--out", str(path)),
    ]
    first = CliRunner().invoke(main, options)
    assert first.exit_code == 0, first.output
    assert "### hangzhou, 8 requests, 2 + 1: ordinary" in first.output
    assert "| matching | 1 |" in first.output
    lines = len(path.read_text().splitlines())
    again = CliRunner().invoke(main, options)
    assert again.exit_code == 0, again.output
    assert len(path.read_text().splitlines()) == lines + 1
    kept = CliRunner().invoke(main, ["dynamic", "--table", str(path)])
    assert "| nearest | 1 |" in kept.output


def test_a_day_that_is_not_there_is_skipped(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["dynamic", "--day", str(tmp_path / "none")])
    assert result.exit_code == 0
    assert "skipped" in result.output


def test_scenarios_share_a_rehearsal_where_the_weather_is_the_same() -> None:
    ordinary, peak, rain = (
        replace(search(40).trials(40)[0], scenario=name).rehearsal()
        for name in ("ordinary", "peak", "rain")
    )
    assert peak == ordinary
    assert rain != ordinary
    assert rain.rehearsal() == rain
