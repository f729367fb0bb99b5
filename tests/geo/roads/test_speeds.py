"""Speeds by hour of the week, closures, and the file they come from."""

import numpy as np
import pytest

from geo.errors import GeoError
from geo.roads.highways import HIGHWAY_INDEX
from geo.roads.speed_file import default_speeds, read_speeds
from geo.roads.speeds import edge_ms
from tests.geo.roads.extracts import at, built

HOUR = 3_600
DAY = 86_400
PRIMARY = HIGHWAY_INDEX["primary"]


def speeds_of(tmp_path, text, vehicle_class="van"):
    path = tmp_path / "speeds.toml"
    path.write_text('schema = 1\nname = "test"\n' + text, encoding="utf-8")
    return read_speeds(path).of(vehicle_class)


def test_the_default_slows_vans_in_the_rush_of_workdays_only():
    van = default_speeds().of("van")
    at_eight = [van.state_at(day * DAY + 8 * HOUR).factors[PRIMARY] for day in range(7)]
    assert len(set(at_eight[:5])) == 1
    assert at_eight[0] < at_eight[5] == at_eight[6]
    night = van.state_at(3 * HOUR).factors[PRIMARY]
    assert at_eight[0] < van.state_at(12 * HOUR).factors[PRIMARY] < night


def test_the_default_gives_e_bikes_one_speed_all_week():
    assert default_speeds().of("ebike").changes() == ()


def test_the_last_rule_that_fits_counts_from_its_first_second_to_before_its_last(tmp_path):
    van = speeds_of(
        tmp_path,
        """
        [[vehicles.van.hours]]
        factor = 0.9
        [[vehicles.van.hours]]
        days = ["tue", "thu-fri"]
        from = "07:30"
        to = "09:00"
        roads = ["primary"]
        factor = 0.5
        """,
    )
    tuesday = DAY
    begin, end = tuesday + 7 * HOUR + 1_800, tuesday + 9 * HOUR
    assert [van.state_at(t).factors[PRIMARY] for t in (begin - 1, begin, end - 1, end)] == [
        0.9,
        0.5,
        0.5,
        0.9,
    ]
    assert van.state_at(begin).factors[HIGHWAY_INDEX["tertiary"]] == 0.9
    assert [t // DAY for t in van.changes()] == [1, 1, 3, 3, 4, 4]


def test_a_span_past_midnight_runs_into_the_next_day_and_week(tmp_path):
    van = speeds_of(
        tmp_path,
        '[[vehicles.van.hours]]\ndays = "sun"\nfrom = "22:00"\nto = "06:00"\nfactor = 1.5\n',
    )
    sunday = 6 * DAY
    times = (sunday + 21 * HOUR, sunday + 23 * HOUR, 5 * HOUR, 7 * HOUR)
    assert [van.state_at(t).factors[0] for t in times] == [1.0, 1.5, 1.5, 1.0]


def test_closed_streets_are_avoided_from_half_an_hour_before(tmp_path):
    van = speeds_of(
        tmp_path,
        '[[vehicles.van.closed]]\ndays = "mon"\nfrom = "07:00"\nto = "09:00"\n',
    )
    times = (6 * HOUR + 1_799, 6 * HOUR + 1_800, 9 * HOUR - 1, 9 * HOUR)
    assert [van.state_at(t).closed for t in times] == [(), (0,), (0,), ()]


@pytest.fixture
def crossing(tmp_path):
    """A primary street east-west, a tagged residential one north-south."""
    nodes = {1: at(-4, 0), 2: at(0, 0), 3: at(4, 0), 4: at(0, -4), 5: at(0, 4)}
    ways = [
        ((1, 2, 3), {"highway": "primary"}),
        ((4, 2, 5), {"highway": "residential", "maxspeed": "20"}),
    ]
    return built(tmp_path / "a.osm.pbf", nodes, ways)


def test_a_limit_binds_e_bikes_and_vans_do_four_fifths_of_it(crossing):
    tagged = crossing.max_speed_kmh > 0
    for name, kmh in (("van", 16.0), ("ebike", 15.0)):
        speeds = default_speeds().of(name)
        free = type(speeds)(speeds.kmh)
        ms = edge_ms(crossing, name, free, free.state_at(0))
        driven_kmh = crossing.length_m[tagged] * 3_600 / ms[tagged]
        assert driven_kmh == pytest.approx(np.full(len(driven_kmh), kmh), rel=1e-5)


def test_a_closure_closes_its_streets_inside_its_area_only(tmp_path, crossing):
    (tmp_path / "west.geojson").write_text(
        '{"type": "Polygon", "coordinates": [[[116.9, 36.6], [117.0, 36.6], [117.0, 36.7], '
        "[116.9, 36.7], [116.9, 36.6]]]}",
        encoding="utf-8",
    )
    van = speeds_of(
        tmp_path, '[[vehicles.van.closed]]\nroads = ["primary"]\narea = "west.geojson"\n'
    )
    closed = ~np.isfinite(edge_ms(crossing, "van", van, van.state_at(0)))
    middles = [crossing.line(edge).mean(axis=0) for edge in range(crossing.edge_count)]
    expected = [
        highway == PRIMARY and lon < 117.0
        for highway, (lon, _) in zip(crossing.highway, middles, strict=True)
    ]
    assert closed.tolist() == expected
    assert sum(expected) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[vehicles.van.hours]]\nfactor = 0\n", "vehicles.van.hours.0.factor"),
        ("[[vehicles.van.hours]]\nfactr = 0.5\n", "factr: there is no such setting"),
        ("[[vehicles.van.hours]]\nfrom = '7'\nfactor = 1\n", "'7'"),
        ("[[vehicles.van.hours]]\ndays = 'monday'\nfactor = 1\n", "'monday' is no day"),
        ("[[vehicles.van.closed]]\nroads = ['street']\n", "'street' is no class of street"),
        ("[vehicles.truck]\n", "truck: there is no such setting"),
        ("[vehicles.van]\nkmh = { primary = 500 }\n", "primary"),
        ("[[vehicles.van.closed]]\narea = 'none.geojson'\n", "none.geojson cannot be read"),
        ("nonsense", "is not TOML"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_naming_it(tmp_path, text, told):
    with pytest.raises(GeoError, match="speeds\\.") as refused:
        speeds_of(tmp_path, text)
    assert told in str(refused.value)


def test_another_area_is_another_fingerprint(tmp_path):
    path, area = tmp_path / "speeds.toml", tmp_path / "a.geojson"
    path.write_text('schema = 1\nname = "x"\n[[vehicles.van.closed]]\narea = "a.geojson"\n')
    ring = "[[[0, 0], [1, 0], [{}, 1], [0, 0]]]"
    fingerprints = set()
    for corner in (1, 2):
        coordinates = ring.format(corner)
        area.write_text(f'{{"type": "Polygon", "coordinates": {coordinates}}}')
        fingerprints.add(read_speeds(path).fingerprint)
    assert len(fingerprints) == 2
