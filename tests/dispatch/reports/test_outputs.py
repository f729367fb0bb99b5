import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.reports.outputs import write_outputs
from dispatch.reports.plan_json import read_plan
from dispatch.reports.writing import write_all, write_whole

NAMES = {"plan.json", "plan.geojson", "routes.csv", "plan.html"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_all_files_are_written(tmp_path: Path, small_plan: Plan, small_day: Day) -> None:
    out = tmp_path / "输出" / "demo"
    write_outputs(out, small_plan, small_day)
    assert names_in(out) == NAMES
    assert read_plan(out / "plan.json") == small_plan


def test_the_plan_that_was_there_is_kept(tmp_path: Path, small_plan: Plan, small_day: Day) -> None:
    newer = replace(small_plan, origin=replace(small_plan.origin, seed=8))
    write_outputs(tmp_path, small_plan, small_day)
    write_outputs(tmp_path, newer, small_day)
    assert names_in(tmp_path) == NAMES | {"plan.previous.json"}
    assert read_plan(tmp_path / "plan.previous.json") == small_plan
    assert read_plan(tmp_path / "plan.json") == newer


def test_a_full_disk_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(tmp_path, {"a": b"old", "b": b"old"})
    flushed: list[int] = []

    def full(number: int) -> None:
        flushed.append(number)
        if len(flushed) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_all(tmp_path, {"a": b"new", "b": b"new"})
    assert names_in(tmp_path) == {"a", "b"}
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}


def test_a_kill_while_writing_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "plan.json", b"old")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "plan.json", b"new")
    assert (tmp_path / "plan.json").read_bytes() == b"old"


def test_files_are_as_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    write_whole(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode
