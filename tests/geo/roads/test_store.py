"""Networks in files: whole, or refused with a reason."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from geo.errors import GeoError
from geo.roads.network import RoadNetwork
from geo.roads.store import load_network, save_network
from tests.geo.roads.extracts import at, built


@pytest.fixture
def network(tmp_path) -> RoadNetwork:
    nodes = {number: at(number, number % 3) for number in range(1, 9)}
    ways = [(range(1, 9), {"highway": "residential"}), ((1, 8), {"highway": "primary"})]
    (tmp_path / "in").mkdir()
    return built(tmp_path / "in" / "town.osm.pbf", nodes, ways)


@pytest.fixture
def file(network, tmp_path) -> Path:
    path = tmp_path / "town.roads"
    save_network(network, path)
    return path


def test_a_network_comes_back_as_it_was(network, file):
    read = load_network(file)
    for field in fields(RoadNetwork):
        before, after = getattr(network, field.name), getattr(read, field.name)
        assert np.array_equal(before, after), field.name
        assert getattr(before, "dtype", None) == getattr(after, "dtype", None), field.name


def test_the_same_network_gives_the_same_file(network, file, tmp_path):
    save_network(network, tmp_path / "again.roads")
    assert (tmp_path / "again.roads").read_bytes() == file.read_bytes()


def test_a_file_cut_off_anywhere_is_refused(file, tmp_path):
    whole = file.read_bytes()
    cut = tmp_path / "cut.roads"
    for length in {0, 1, 10, 22, 23, 24, 40, 60, len(whole) // 2, len(whole) - 1}:
        cut.write_bytes(whole[:length])
        with pytest.raises(GeoError, match=r"cut\.roads") as caught:
            load_network(cut)
        assert caught.value.code in ("roads.file", "roads.file_version", "roads.file_damaged")
        assert "dispatch roads build" in caught.value.action


def test_a_file_changed_anywhere_is_refused(file):
    whole = file.read_bytes()
    for position in range(0, len(whole), max(len(whole) // 60, 1)):
        changed = bytearray(whole)
        changed[position] ^= 0x55
        file.write_bytes(changed)
        with pytest.raises(GeoError) as caught:
            load_network(file)
        assert caught.value.code in ("roads.file", "roads.file_version", "roads.file_damaged")


def test_another_version_is_named(file):
    file.write_bytes(file.read_bytes().replace(b"roads 1\n", b"roads 7\n", 1))
    with pytest.raises(GeoError, match="version '7'") as caught:
        load_network(file)
    assert caught.value.code == "roads.file_version"


def test_something_else_is_told_from_a_damaged_network(tmp_path):
    other = tmp_path / "x.roads"
    other.write_text("lon,lat\n117,36\n")
    with pytest.raises(GeoError, match="no street network") as caught:
        load_network(other)
    assert caught.value.code == "roads.file"


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(file, network, monkeypatch):
    before = file.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_network(network, file)
    assert file.read_bytes() == before
    assert {path.name for path in file.parent.iterdir()} == {"in", file.name}
