"""The bundled plan, and copies of it with a line changed."""

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

Edit = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the bundled plan in which one text of one file is replaced by another."""

    def edit(file: str, before: str, after: str) -> Path:
        folder = tmp_path / "plan"
        if not folder.exists():
            with as_file(files("dispatch").joinpath("data", "rollout")) as bundled:
                shutil.copytree(bundled, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert before in text
        (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
        return folder

    return edit
