"""Fixtures for reading and writing days."""

from pathlib import Path

import pytest

from tests.dispatch.files.day_folder import TINY_DAY, DayFolder


@pytest.fixture
def folder(tmp_path: Path) -> DayFolder:
    """The tiny day, copied."""
    path = tmp_path / "day"
    path.mkdir()
    for source in TINY_DAY.iterdir():
        (path / source.name).write_bytes(source.read_bytes())
    return DayFolder(path)
