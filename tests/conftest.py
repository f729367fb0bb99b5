"""Fixtures every test package may use."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """Folder of public instances and recorded days; skips where it is not beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the public instances folder {SHARED_DATA.name} beside the checkout")
    return SHARED_DATA
