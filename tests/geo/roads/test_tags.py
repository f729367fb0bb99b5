"""What tags mean: who may use a street, in which direction, how fast."""

import pytest

from geo.roads.tags import stopped_at, way_use

NAMES = {0: "", 1: "e", 2: "v", 3: "ev"}


def users(**tags: str) -> tuple[str, str]:
    """Who may go forward and backward: e for e-bikes, v for vans."""
    use = way_use({key.replace("__", ":"): value for key, value in tags.items()})
    return ("", "") if use is None else (NAMES[use.forward], NAMES[use.backward])


@pytest.mark.parametrize(
    ("highway", "who"),
    [
        ("motorway", "v"),
        ("motorway_link", "v"),
        ("trunk", "ev"),
        ("residential", "ev"),
        ("living_street", "ev"),
        ("service", "ev"),
        ("cycleway", "e"),
        ("track", "e"),
        ("path", ""),
        ("footway", ""),
        ("pedestrian", ""),
        ("steps", ""),
        ("construction", ""),
    ],
)
def test_each_class_of_street_has_its_users(highway, who):
    assert users(highway=highway, oneway="no") == (who, who)


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({"access": "no"}, ""),
        ({"access": "private"}, ""),
        ({"access": "destination"}, "ev"),
        ({"motor_vehicle": "no"}, "e"),
        ({"motor_vehicle": "delivery"}, "ev"),
        ({"bicycle": "no"}, "v"),
        ({"bicycle": "use_sidepath"}, "v"),
        ({"vehicle": "no"}, ""),
        ({"vehicle": "no", "bicycle": "yes"}, "e"),
        ({"access": "no", "goods": "yes"}, "v"),
        ({"motor_vehicle": "no", "goods": "permissive"}, "ev"),
        ({"bicycle": "yes", "electric_bicycle": "no"}, "v"),
        ({"access": "something new"}, "ev"),
        ({"motorroad": "yes"}, "v"),
        ({"motorroad": "yes", "bicycle": "designated"}, "ev"),
        ({"service": "emergency_access"}, ""),
        ({"service": "driveway"}, "ev"),
        ({"area": "yes"}, ""),
    ],
)
def test_access_tags_go_from_the_most_specific_to_the_most_general(tags, who):
    assert users(highway="secondary", **tags) == (who, who)


@pytest.mark.parametrize(
    ("highway", "tags", "who"),
    [
        ("footway", {"bicycle": "yes"}, "e"),
        ("path", {"bicycle": "designated"}, "e"),
        ("pedestrian", {"motor_vehicle": "delivery"}, "v"),
        ("motorway", {"access": "yes", "oneway": "no"}, "v"),
        ("footway", {"access": "yes"}, ""),
        ("cycleway", {"access": "permissive"}, "e"),
    ],
)
def test_only_a_tag_for_the_class_itself_opens_what_is_closed_to_it(highway, tags, who):
    assert users(highway=highway, **tags) == (who, who)


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"oneway": "yes"}, "ev", ""),
        ({"oneway": "1"}, "ev", ""),
        ({"oneway": "-1"}, "", "ev"),
        ({"oneway": "no"}, "ev", "ev"),
        ({"junction": "roundabout"}, "ev", ""),
        ({"junction": "circular"}, "ev", ""),
        ({"junction": "roundabout", "oneway": "no"}, "ev", "ev"),
        ({"oneway": "yes", "oneway__bicycle": "no"}, "ev", "e"),
        ({"oneway__bicycle": "yes"}, "ev", "v"),
        ({"oneway": "yes", "oneway__bicycle": "-1"}, "v", "e"),
        ({"oneway": "yes", "cycleway": "opposite"}, "ev", "e"),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, "ev", "e"),
        ({"oneway": "yes", "cycleway__left": "opposite_track"}, "ev", "e"),
        ({"oneway": "yes", "cycleway__left": "lane", "cycleway__left__oneway": "-1"}, "ev", "e"),
        ({"oneway": "-1", "cycleway": "opposite"}, "e", "ev"),
        ({"oneway": "yes", "cycleway": "lane"}, "ev", ""),
        ({"oneway": "reversible"}, "", ""),
        ({"oneway": "alternating"}, "ev", "ev"),
        ({"vehicle__backward": "no"}, "ev", ""),
        ({"motor_vehicle__backward": "no"}, "ev", "e"),
        ({"bicycle__forward": "no"}, "v", "ev"),
    ],
)
def test_one_way_streets(tags, forward, backward):
    assert users(highway="residential", **tags) == (forward, backward)


def test_motorways_are_one_way_unless_tagged_otherwise_and_their_links_are_not():
    assert users(highway="motorway") == ("v", "")
    assert users(highway="motorway", oneway="no") == ("v", "v")
    assert users(highway="motorway_link") == ("v", "v")


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({}, (0, 0)),
        ({"maxspeed": "60"}, (60, 60)),
        ({"maxspeed": "60 km/h"}, (60, 60)),
        ({"maxspeed": "30 mph"}, (48, 48)),
        ({"maxspeed": "60", "maxspeed:backward": "40"}, (60, 40)),
        ({"maxspeed:forward": "30"}, (30, 0)),
        ({"maxspeed": "none"}, (0, 0)),
        ({"maxspeed": "CN:urban"}, (0, 0)),
        ({"maxspeed": "60;80"}, (0, 0)),
        ({"maxspeed": "1000"}, (255, 255)),
    ],
)
def test_speed_limits(tags, kmh):
    use = way_use({"highway": "primary", **tags})
    assert (use.forward_kmh, use.backward_kmh) == kmh


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({"barrier": "bollard"}, "v"),
        ({"barrier": "bollard", "bollard": "rising"}, ""),
        ({"barrier": "block"}, "v"),
        ({"barrier": "gate"}, ""),
        ({"barrier": "gate", "access": "private"}, "ev"),
        ({"barrier": "gate", "motor_vehicle": "no"}, "v"),
        ({"barrier": "bollard", "access": "yes"}, ""),
        ({"barrier": "wall"}, "ev"),
        ({"barrier": "wall", "bicycle": "yes"}, "v"),
        ({"barrier": "lift_gate"}, ""),
        ({"barrier": "cycle_barrier"}, "v"),
    ],
)
def test_barriers_stop_whom_they_are_made_for(tags, who):
    assert NAMES[stopped_at(tags)] == who
