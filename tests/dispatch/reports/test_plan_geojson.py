import json
from dataclasses import replace
from typing import Any

from shapely.geometry import Polygon, shape

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.reports.plan_geojson import geojson_text
from geo.geojson import to_geometry

ZONE = {
    "type": "Feature",
    "properties": {"zone": "2"},
    "geometry": to_geometry(Polygon([(120, 30), (120, 30.3), (120.3, 30.3), (120.3, 30)])),
}


def features_of(plan: Plan, day: Day, kind: str) -> list[dict[str, Any]]:
    document = json.loads(geojson_text(plan, day, [ZONE]))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document  # RFC 7946: always WGS84
    return [one for one in document["features"] if one["properties"]["kind"] == kind]


def test_every_thing_of_the_plan_is_there(small_plan: Plan, small_day: Day) -> None:
    counts = {
        kind: len(features_of(small_plan, small_day, kind))
        for kind in ("zone", "route", "stop", "unload", "unserved", "hub")
    }
    assert counts == {"zone": 1, "route": 2, "stop": 4, "unload": 1, "unserved": 1, "hub": 1}


def test_positions_are_longitude_first(small_plan: Plan, small_day: Day) -> None:
    stop = features_of(small_plan, small_day, "stop")[0]
    assert stop["geometry"] == {"type": "Point", "coordinates": [120.11, 30.3]}
    assert stop["properties"]["id"] == "R1"
    assert stop["properties"]["start_at"] == "2026-11-11T10:00:00+08:00"


def test_a_route_runs_from_its_start_through_its_stops_to_its_end(
    small_plan: Plan, small_day: Day
) -> None:
    open_end, closed = features_of(small_plan, small_day, "route")
    assert open_end["geometry"]["coordinates"] == [
        [120.1, 30.3],
        [120.11, 30.3],
        [120.13, 30.31],
        [120.1, 30.3],
        [120.12, 30.3],
    ]
    assert closed["geometry"]["coordinates"] == [[120.1, 30.3], [120.14, 30.32], [120.1, 30.3]]


def test_a_route_with_a_single_place_is_still_a_line(small_plan: Plan, small_day: Day) -> None:
    rest_only = replace(small_plan.routes[0], visits=small_plan.routes[0].visits[3:4])
    (route,) = features_of(replace(small_plan, routes=(rest_only,)), small_day, "route")
    assert len(route["geometry"]["coordinates"]) == 2


def test_rings_follow_the_right_hand_rule(small_plan: Plan, small_day: Day) -> None:
    (zone,) = features_of(small_plan, small_day, "zone")
    polygon = shape(zone["geometry"])
    assert isinstance(polygon, Polygon)
    assert polygon.exterior.is_ccw
    assert zone["properties"] == {"kind": "zone", "zone": "2"}


def test_unserved_requests_carry_their_price(small_plan: Plan, small_day: Day) -> None:
    (unserved,) = features_of(small_plan, small_day, "unserved")
    assert unserved["properties"]["id"] == "R5"
    assert unserved["properties"]["price_milli_fen"] == 5_000_000


def test_unserved_requests_say_why(reasoned_plan: Plan, small_plan: Plan, small_day: Day) -> None:
    (unserved,) = features_of(reasoned_plan, small_day, "unserved")
    assert "would ring 7 min late" in unserved["properties"]["reason"]
    assert unserved["properties"]["remedies"][0] == "window until 17:07"
    (unexplained,) = features_of(small_plan, small_day, "unserved")
    assert unexplained["properties"]["reason"] is None


def test_an_empty_plan_is_an_empty_collection(small_plan: Plan, small_day: Day) -> None:
    plan = replace(small_plan, routes=(), unserved=(), zone_of={})
    day = replace(small_day, requests=(), couriers=(), hubs=())
    assert json.loads(geojson_text(plan, day)) == {"type": "FeatureCollection", "features": []}
