"""``dispatch roads``: networks built and shown, and what is refused leaves nothing behind."""

import json
import os
import signal
from pathlib import Path

import pytest
from PIL import Image

import dispatch.cli.roads
from geo.roads.build import build_network
from geo.roads.store import load_network
from tests.dispatch.cli.conftest import run
from tests.geo.roads.extracts import at, write_extract

STREET = {"highway": "residential"}
NODES = {1: at(0, 0), 2: at(8, 0), 3: at(8, 8), 4: at(0, 8), 5: at(20, 20)}
WAYS = [((1, 2, 3, 4, 1), STREET), ((1, 3), {"highway": "cycleway"})]


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return write_extract(tmp_path / "in" / "town.osm.pbf", NODES, WAYS)


@pytest.fixture
def network_file(extract: Path, tmp_path: Path) -> Path:
    out = tmp_path / "town.roads"
    assert run("roads", "build", extract, "--out", out).exit_code == 0
    return out


def left_over(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"in"}


def test_building_writes_the_network_and_sums_it_up(extract, tmp_path):
    out = tmp_path / "new" / "town.roads"
    result = run("roads", "build", extract, "--out", out)
    assert result.exit_code == 0, result.output
    assert load_network(out).fingerprint == build_network(extract).network.fingerprint
    assert "2 junctions, 6 directed edges" in result.output
    assert "OpenStreetMap contributors" in result.output
    (cycleway,) = (line for line in result.output.splitlines() if "cycleway" in line)
    # The diagonal of 800 m by 800 m, for e-bikes only.
    assert cycleway.split() == ["cycleway", "1.1", "-"]
    assert left_over(out.parent) == {"town.roads"}


def test_a_network_that_falls_apart_is_built_with_a_warning(tmp_path):
    (tmp_path / "in").mkdir()
    ways = [*WAYS, ((3, 5), STREET | {"oneway": "yes"})]
    extract = write_extract(tmp_path / "in" / "town.osm.pbf", NODES, ways)
    result = run("roads", "build", extract, "--out", tmp_path / "town.roads")
    assert result.exit_code == 0
    assert "left out for van: 1.7 km" in result.output
    assert "is town.osm.pbf one whole city?" in result.stderr


def test_a_picture_and_streets_are_drawn(network_file, tmp_path):
    png, geojson = tmp_path / "town.png", tmp_path / "town.geojson"
    result = run("roads", "show", network_file, "--png", png, "--geojson", geojson)
    assert result.exit_code == 0, result.output
    assert "town.osm.pbf" in result.output
    with Image.open(png) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}
        assert min(picture.size) > 400
    # Streets for both, the cycleway for e-bikes.
    assert {(0x7F, 0x8C, 0x99), (0x00, 0x9E, 0x73)} <= colours
    collection = json.loads(geojson.read_text(encoding="utf-8"))
    assert len(collection["features"]) == 3
    assert "OpenStreetMap" in collection["attribution"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"not a map at all, by any means", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_an_extract_that_cannot_be_read_is_refused(extract, tmp_path, content, says):
    extract.write_bytes(extract.read_bytes()[:-40] if content is None else content)
    result = run("roads", "build", extract, "--out", tmp_path / "town.roads")
    assert result.exit_code == 2
    assert says in result.stderr
    assert "town.osm.pbf" in result.stderr
    assert left_over(tmp_path) == set()


def test_a_missing_extract_is_refused(tmp_path):
    result = run("roads", "build", tmp_path / "none.osm.pbf", "--out", tmp_path / "town.roads")
    assert result.exit_code == 2
    assert "none.osm.pbf: No such file" in result.stderr


def test_an_extract_without_streets_for_a_class_leaves_the_old_network(network_file, extract):
    before = network_file.read_bytes()
    write_extract(extract, NODES, [((1, 2, 3, 1), {"highway": "cycleway"})])
    result = run("roads", "build", extract, "--out", network_file)
    assert result.exit_code == 2
    assert "no street for 'van'" in result.stderr
    assert network_file.read_bytes() == before


def test_the_extract_is_not_overwritten_by_the_network(extract):
    before = extract.read_bytes()
    result = run("roads", "build", extract, "--out", extract)
    assert result.exit_code == 2
    assert "is the file to be read" in result.stderr
    assert extract.read_bytes() == before


def test_a_folder_is_no_file_to_write(extract, tmp_path):
    result = run("roads", "build", extract, "--out", tmp_path)
    assert result.exit_code == 2
    assert "is a folder" in result.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_building_and_leaves_nothing(extract, tmp_path, monkeypatch, how):
    def signalled(path, progress):
        os.kill(os.getpid(), how)
        return build_network(path, progress)

    monkeypatch.setattr(dispatch.cli.roads, "build_network", signalled)
    result = run("roads", "build", extract, "--out", tmp_path / "new" / "town.roads")
    assert result.exit_code == 130
    assert "interrupted: nothing was written" in result.stderr
    assert left_over(tmp_path) == set()


def test_a_file_that_is_no_network_is_refused(extract, tmp_path):
    result = run("roads", "show", extract, "--png", tmp_path / "town.png")
    assert result.exit_code == 2
    assert "no street network" in result.stderr
    assert left_over(tmp_path) == set()
