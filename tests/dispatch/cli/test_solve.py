"""``dispatch solve`` from a folder to plan files, also when stopped or fed with nonsense."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dispatch.cli.conftest import TINY_DAY, run

FILES = {"plan.json", "plan.geojson", "routes.csv", "plan.html"}


def test_solves_checks_and_writes_everything(tmp_path):
    out = tmp_path / "计划"
    result = run("solve", TINY_DAY, "--out", out, "--seconds", "1")
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == FILES
    assert "read " in result.output
    assert run("check", TINY_DAY, out / "plan.json").exit_code == 0


def test_an_earlier_plan_is_kept(tmp_path):
    for _ in range(2):
        run("solve", TINY_DAY, "--out", tmp_path, "--seconds", "0.3")
    assert (tmp_path / "plan.previous.json").is_file()


def test_a_day_without_requests_gives_an_empty_valid_plan(tmp_path):
    day = tmp_path / "day"
    shutil.copytree(TINY_DAY, day)
    header = (day / "requests.csv").read_text("utf-8").splitlines()[0]
    (day / "requests.csv").write_text(header + "\n", "utf-8")
    result = run("solve", day, "--out", tmp_path / "out", "--seconds", "1")
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))["routes"] == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_search_with_a_plan_marked_as_interrupted(tmp_path, how):
    out = tmp_path / "out"
    command = [sys.executable, "-c", "from dispatch.cli.main import main; main()"]
    command += ["solve", str(TINY_DAY), "--out", str(out), "--seconds", "100"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stderr:
            if "of 100 s" in line:
                break
        process.send_signal(how)
        said = process.stdout.read()
    assert process.returncode == 0
    assert "interrupted" in said
    assert json.loads((out / "plan.json").read_text("utf-8"))["origin"]["interrupted"] is True


def test_a_planners_own_zones_are_used(tmp_path):
    zones = tmp_path / "zones.geojson"
    made = run("zones", TINY_DAY, "--zones", "2", "--out", zones)
    assert made.exit_code == 0, made.output
    document = json.loads(zones.read_text("utf-8"))
    for number, feature in enumerate(document["features"]):
        feature["properties"] = {"zone": ["西湖", "滨江"][number]}
    zones.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    out = tmp_path / "out"
    result = run("solve", TINY_DAY, "--out", out, "--seconds", "1", "--zones-file", zones)
    assert result.exit_code == 0, result.output
    plan = json.loads((out / "plan.json").read_text("utf-8"))
    assert set(plan["zone_of_request"].values()) == {"西湖", "滨江"}


def test_home_zones_without_zones_are_not_passed_over(tmp_path):
    day = tmp_path / "day"
    shutil.copytree(TINY_DAY, day)
    header, first, *rest = (day / "couriers.csv").read_text("utf-8").splitlines()
    lines = [header + ",home_zones", first + ",西湖", *(line + "," for line in rest)]
    (day / "couriers.csv").write_text("\n".join(lines), "utf-8")
    result = run("solve", day, "--out", tmp_path / "out", "--seconds", "1")
    assert result.exit_code == 2
    assert "--zones-file" in result.output


def broken_day(tmp_path: Path, file: str, old: str, new: str) -> Path:
    day = tmp_path / "day"
    shutil.copytree(TINY_DAY, day)
    text = (day / file).read_text("utf-8")
    assert old in text
    (day / file).write_text(text.replace(old, new), "utf-8")
    return day


def test_bad_input_is_named_and_nothing_is_written(tmp_path):
    day = broken_day(tmp_path, "requests.csv", "R01,120.1210,30.2750", "R01,30.2750,120.1210")
    result = run("solve", day, "--out", tmp_path / "out", "--seconds", "1")
    assert result.exit_code == 2
    assert "requests.csv row 2" in result.output
    assert not (tmp_path / "out").exists()


def test_a_fault_in_an_optional_column_hides_no_other_fault_of_the_row(tmp_path):
    row, worse = "R01,120.1210,30.2750,parcel,1.2", "R01,30.2750,120.1210,parcel,-3"
    result = run("solve", broken_day(tmp_path, "requests.csv", row, worse), "--out", tmp_path / "o")
    assert "weight_kg '-3'" in result.output
    assert "longitude and latitude change places" in result.output


def test_many_errors_show_twenty_and_go_to_a_file_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    day = tmp_path / "day"
    shutil.copytree(TINY_DAY, day)
    text = (day / "requests.csv").read_text("utf-8")
    extra = "\n".join(f"X{i},120.12,30.27,parcel,oops" + "," * 12 for i in range(10_000))
    (day / "requests.csv").write_text(text + extra + "\n", "utf-8")
    result = run("solve", day, "--out", tmp_path / "out", "--seconds", "1")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) < 30
    (listed,) = tmp_path.glob("dispatch-errors-*.txt")
    assert len(listed.read_text("utf-8").splitlines()) >= 10_000


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("solve", "nowhere", "--out", "o"), "nowhere"),
        (("solve", TINY_DAY, "--out", "o", "--zones-file", "no.geojson"), "no.geojson"),
        (("solve", TINY_DAY, "--out", "o", "--zones", "2", "--zones-file", "f"), "not both"),
        (("solve", TINY_DAY, "--out", __file__), "is a file"),
        (("solve", TINY_DAY, "--out", "o", "--engine", "magic"), "magic"),
        (("check", TINY_DAY, "no-plan.json"), "no-plan.json"),
        (("zones", TINY_DAY, "--zones", "0", "--out", "z"), "--zones"),
        (("sample", "--city", "Atlantis", "--out", "o"), "Atlantis"),
    ],
)
def test_wrong_arguments_are_named(tmp_path, monkeypatch, arguments, text):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert text in result.output
    assert not list(tmp_path.iterdir())


def test_a_sampled_day_can_be_read_and_zoned(tmp_path):
    day = tmp_path / "成都"
    made = run("sample", "--city", "成都", "--requests", "60", "--out", day)
    assert made.exit_code == 0, made.output
    again = run("sample", "--city", "chengdu", "--requests", "60", "--out", day)
    assert again.exit_code == 2, "a folder that holds a day is not replaced unasked"
    zoned = run("zones", day, "--zones", "3", "--out", tmp_path / "zones.geojson")
    assert zoned.exit_code == 0, zoned.output
