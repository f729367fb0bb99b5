import numpy as np
import pytest
from click.testing import CliRunner

from dispatch.cli.main import main
from geo.cities import find_city
from geo.matrix_cache import CachedTravel, MatrixStore, default_folder
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile


@pytest.fixture
def kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    points = np.random.default_rng(1).uniform((116.9, 36.6), (117.1, 36.7), (300, 2))
    source = StraightLine.covering(points, projection=find_city("jinan").projection)
    store = MatrixStore(default_folder())
    travel = CachedTravel(source, fingerprint=lambda _profile: "straight", store=store)
    profile = SpeedProfile("van", 1300, (7000,))
    travel.matrix(points, points, profile=profile, breakpoints_s=(0,))
    return tmp_path


def run(*arguments):
    result = CliRunner().invoke(main, ["cache", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_the_place_and_the_size_are_shown_until_it_is_cleared(kept):
    folder = kept / "pickup-dispatch" / "matrices"
    assert run("show") == f"{folder}: 0.7 MB"
    assert run("clear") == f"{folder}: 0.7 MB removed"
    assert run("show") == f"{folder}: 0.0 MB"
    assert run("clear") == f"{folder}: 0.0 MB removed"
