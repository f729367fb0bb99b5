"""Planning, checking and explaining on a street network, as a planner does it."""

import json
import shutil

import pytest

from dispatch.reports.plan_json import read_plan
from tests.dispatch.cli.conftest import TINY_DAY, run
from tests.dispatch.streets import save_grid


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return save_grid(tmp_path_factory.mktemp("grid"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def day(tmp_path):
    """A copy of the tiny day, to be changed."""
    return shutil.copytree(TINY_DAY, tmp_path / "day")


def add_to_city(day, text):
    with (day / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


def solved(day, out, *options):
    result = run("solve", day, "--out", out, "--seconds", "1", *options)
    assert result.exit_code == 0, result.output
    return read_plan(out / "plan.json")


def features(out, kind):
    collection = json.loads((out / "plan.geojson").read_text("utf-8"))
    return collection, [f for f in collection["features"] if f["properties"]["kind"] == kind]


def test_a_plan_on_streets_is_valid_there_and_drawn_along_them(tmp_path, grid):
    out = tmp_path / "out"
    plan = solved(TINY_DAY, out, "--roads", grid)
    assert plan.origin.travel.source == "roads"
    assert "grid.roads" in plan.origin.travel.name
    assert "the plan is valid" in run("check", TINY_DAY, out / "plan.json", "--roads", grid).output

    collection, routes = features(out, "route")
    assert collection["attribution"] == "(c) OpenStreetMap contributors, ODbL"
    for route, planned in zip(routes, plan.routes, strict=True):
        places = sum(visit.place is not None for visit in planned.visits)
        assert len(route["geometry"]["coordinates"]) > 2 * places
    page = (out / "plan.html").read_text("utf-8")
    assert "Lines follow streets, (c) OpenStreetMap contributors, ODbL." in page


def test_the_summary_names_streets_and_attribution(tmp_path, grid):
    result = run("solve", TINY_DAY, "--out", tmp_path / "o", "--seconds", "1", "--roads", grid)
    assert "grid.roads" in result.output
    assert "OpenStreetMap contributors" in result.output


def test_the_city_file_names_the_streets_for_every_command(tmp_path, grid, day):
    shutil.copy(grid, day / "here.roads")
    add_to_city(day, '[travel]\nsource = "roads"\nroads = "here.roads"')
    plan = solved(day, tmp_path / "out")
    assert "here.roads" in plan.origin.travel.name
    checked = run("check", day, tmp_path / "out" / "plan.json")
    assert checked.exit_code == 0
    assert "planned:" not in checked.output, "nothing to compare"
    assert run("explain", day, tmp_path / "out" / "plan.json").exit_code == 0
    straight = run("check", day, tmp_path / "out" / "plan.json", "--straight-lines")
    assert "replayed: Travel on straight lines" in straight.output


def test_a_plan_on_straight_lines_is_replayed_on_slow_streets(tmp_path, grid, tiny_plan):
    speeds = tmp_path / "slow.toml"
    speeds.write_text(
        'schema = 1\nname = "slow"\n'
        "[[vehicles.ebike.hours]]\nfactor = 0.1\n[[vehicles.van.hours]]\nfactor = 0.1\n"
    )
    options = ("--roads", grid, "--speeds", speeds)
    result = run("check", TINY_DAY, tiny_plan, *options, "--out", tmp_path / "out")
    assert result.exit_code == 1
    table = {
        line.split("  ")[0]: line.split()[-2:] if "min" not in line else line.split()[-4:]
        for line in result.output.splitlines()
        if line.startswith(("pickups", "promises broken  ", "driving"))
    }
    assert table["pickups"] == ["12", "12"]
    planned, broken = (int(text) for text in table["promises broken"])
    assert planned == 0
    replayed = read_plan(tmp_path / "out" / "plan.json")
    late = [v.late_s for r in replayed.routes for v in r.visits if v.late_s]
    assert len(late) == broken > 0
    assert f"{max(late) / 60:.0f} min" in result.output
    assert "speeds: slow" in result.output

    compared = run("compare", tiny_plan, tmp_path / "out" / "plan.json")
    assert compared.exit_code == 0


def test_requests_off_the_streets_are_named_and_nothing_is_written(tmp_path, grid, day):
    rows = (day / "requests.csv").read_text("utf-8").replace("R09,120.1466,", "R09,120.1766,")
    (day / "requests.csv").write_text(rows, encoding="utf-8")
    result = run("solve", day, "--out", tmp_path / "out", "--roads", grid)
    assert result.exit_code == 2
    assert "1 place(s) lie more than 300 m from any street" in result.output
    assert "request R09: 2,5" in result.output
    assert not (tmp_path / "out").exists()


def test_a_van_that_cannot_leave_its_start_is_named(tmp_path, grid, day):
    rows = (day / "couriers.csv").read_text("utf-8")
    rows = rows.replace("V1,van,2,08:00,19:30,,,HUB-城西", "V1,van,2,08:00,19:30,120.1040,30.2800,")
    (day / "couriers.csv").write_text(rows, encoding="utf-8")
    result = run("solve", day, "--out", tmp_path / "out", "--roads", grid)
    assert result.exit_code == 2
    assert "start of courier V1" in result.output


def test_what_only_an_e_bike_reaches_is_left_to_it(tmp_path, grid, day):
    rows = (day / "requests.csv").read_text("utf-8").replace("R08,120.1105,", "R08,120.1041,")
    (day / "requests.csv").write_text(rows, encoding="utf-8")
    plan = solved(day, tmp_path / "out", "--roads", grid)
    (courier,) = (r.vehicle_class for r in plan.routes for v in r.visits if v.ref == "R08")
    assert courier == "ebike"


def test_vans_that_could_not_leave_again_are_kept_off_closed_streets(tmp_path, grid, day):
    speeds = 'schema = 1\nname = "x"\n[[vehicles.van.closed]]\nfrom = "{}"\nto = "{}"\n'
    shutil.copy(grid, day / "grid.roads")
    add_to_city(day, '[travel]\nsource = "roads"\nroads = "grid.roads"\nspeeds = "speeds.toml"')
    by_van = {}
    for span in (("13:45", "16:00"), ("20:00", "23:00")):
        (day / "speeds.toml").write_text(speeds.format(*span))
        plan = solved(day, tmp_path / "out")
        assert "the plan is valid" in run("check", day, tmp_path / "out" / "plan.json").output
        vans = [route for route in plan.routes if route.vehicle_class == "van"]
        by_van[span[0]] = {visit.ref for route in vans for visit in route.visits}
    assert {"B01", "B02"} <= by_van["20:00"]
    assert "B01" in by_van["13:45"]
    assert "B02" not in by_van["13:45"], "at 13:28 at the earliest the van would have to stay"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--roads", "missing.roads"), "missing.roads"),
        (("--roads", TINY_DAY / "hubs.csv"), "is no street network"),
        (("--speeds", "x.toml"), "give --roads as well"),
        (("--straight-lines", "--roads", "x"), "give --straight-lines alone"),
    ],
)
def test_wrong_options_are_refused(tmp_path, options, told):
    result = run("solve", TINY_DAY, "--out", tmp_path / "out", *options)
    assert result.exit_code == 2
    assert told in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('source = "road"', "travel.source"),
        ('source = "roads"', "travel.roads"),
        ('source = "osrm"', "travel.osrm"),
        ('roads = "a.roads"', "travel.roads"),
        ('source = "roads"\nroads = "a"\nfallback = "straight_line"', "travel.fallback"),
        ('source = "osrm"\nosrm.bike.url = "http://x"', "travel.osrm.bike"),
        ('source = "osrm"\nosrm.van.adress = "http://x"', "adress"),
        ('sorce = "roads"', "sorce"),
        ("max_access_m = 0", "travel.max_access_m"),
    ],
)
def test_wrong_travel_settings_are_named(tmp_path, day, settings, told):
    add_to_city(day, f"[travel]\n{settings}")
    result = run("solve", day, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert told in result.output
    assert not (tmp_path / "out").exists()


def test_a_sampled_day_lies_near_the_streets_it_is_given(tmp_path, grid):
    made = run(
        "sample", "--city", "hangzhou", "--requests", "30", "--roads", grid, "--out", tmp_path / "d"
    )
    assert made.exit_code == 0, made.output
    solved(tmp_path / "d", tmp_path / "out", "--roads", grid)
    elsewhere = run("sample", "--city", "jinan", "--roads", grid, "--out", tmp_path / "e")
    assert elsewhere.exit_code == 2
    assert "give the network of this city" in elsewhere.output
