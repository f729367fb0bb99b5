"""``dispatch rollout`` as a planner uses it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dispatch.capacity.rollout.files.reading import read_rollout
from dispatch.capacity.rollout.report.outputs import write_rollout
from dispatch.capacity.rollout.study import study_rollout
from dispatch.cli.main import main
from tests.dispatch.capacity.rollout.conftest import Edit


def rollout(folder: Path, out: Path) -> Result:
    # It takes a few seconds; the time is for machines that are busy with other things.
    arguments = ["rollout", str(folder), "--out", str(out), "--seconds", "900"]
    return CliRunner().invoke(main, arguments)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.fixture
def result(edited: Edit, tmp_path: Path) -> tuple[Result, Path]:
    out = tmp_path / "out"
    return rollout(edited("plan.toml", "", ""), out), out


def test_the_mission_is_met(result: tuple[Result, Path]) -> None:
    said, out = result
    assert said.exit_code == 0, said.output
    assert "All 46 targets are met" in said.output
    document: dict[str, Any] = json.loads((out / "rollout.json").read_text(encoding="utf-8"))
    assert document["proven"]
    assert document["remedies"] is None
    verdicts = rows(out / "verdicts.csv")
    assert len(verdicts) == 46
    assert {row["short_of"] for row in verdicts} == {""}
    opened = [row for row in verdicts if row["status"] == "open"]
    assert max(row["opens"] for row in opened) <= "2026-08-30"
    # What is decided adds up to what is reported.
    actions = rows(out / "actions.csv")
    hubs = sum(int(row["amount"]) for row in actions if row["resource"] == "hub")
    assert hubs == sum(int(row["hub_delivered"]) for row in rows(out / "weeks.csv"))
    spent = sum(int(row["spent_yuan"]) for row in rows(out / "weeks.csv"))
    assert spent == document["cost_yuan"]
    page = (out / "rollout.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 30
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_a_deadline_two_weeks_earlier_is_explained(edited: Edit, tmp_path: Path) -> None:
    folder = edited("plan.toml", "deadline = 2026-08-30", "deadline = 2026-08-16")
    said = rollout(folder, tmp_path / "out")
    assert said.exit_code == 0, said.output
    assert "targets are not met by the day they are due" in said.output
    document = json.loads((tmp_path / "out" / "rollout.json").read_text(encoding="utf-8"))
    remedies = document["remedies"]
    assert remedies["sets"]
    assert remedies["complete"]
    limits = {extra["limit"] for extra in remedies["sets"][0]["extras"]}
    assert "openings" in limits
    late = [row for row in document["verdicts"] if row["outcome"] == "late"]
    assert late
    assert all(row["opens"] > "2026-08-16" for row in late)


def test_what_is_wrong_ends_the_command(edited: Edit, tmp_path: Path) -> None:
    said = rollout(edited("weeks.csv", "2026-07-13", "soon"), tmp_path / "out")
    assert said.exit_code == 2
    assert "weeks.csv row 3, week 'soon': is not a date" in said.output
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder(edited: Edit, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    said = rollout(edited("plan.toml", "", ""), tmp_path / "out")
    assert said.exit_code == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_an_interrupted_search_is_reported_as_such(edited: Edit, tmp_path: Path) -> None:
    plan = read_rollout(edited("plan.toml", "deadline = 2026-08-30", "deadline = 2026-08-16"))
    found = study_rollout(plan, stop=lambda: True)
    assert found.solved.interrupted
    assert found.remedies is None
    write_rollout(tmp_path / "out", found)
    document = json.loads((tmp_path / "out" / "rollout.json").read_text(encoding="utf-8"))
    assert document["interrupted"]
    assert not document["proven"]
    assert "search ended early" in (tmp_path / "out" / "rollout.html").read_text(encoding="utf-8")


def test_texts_of_planners_cannot_break_the_page(edited: Edit, tmp_path: Path) -> None:
    folder = edited("plan.toml", 'title = "', 'title = "<script>alert(1)</script> ')
    found = study_rollout(read_rollout(folder), stop=lambda: True)
    write_rollout(tmp_path / "out", found)
    assert "<script>" not in (tmp_path / "out" / "rollout.html").read_text(encoding="utf-8")
