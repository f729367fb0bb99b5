"""Planned travel of the simulated world: straight lines and streets."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dispatch.domain.city import TravelKind, TravelSettings
from dispatch.domain.places import Place
from dispatch.files import read_day
from dispatch.simulation.city import replayed_city
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import Study, run_study
from dispatch.simulation.ways import StraightWays
from dispatch.translation import translate
from dispatch.travel import open_travel
from geo.travel_times import UNREACHABLE
from tests.dispatch.streets import save_grid

TINY_DAY = Path(__file__).parents[2] / "data" / "tiny_day"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def tiny():
    return read_day(TINY_DAY)


def test_straight_lines_are_those_of_planning(tiny) -> None:
    translated = translate(tiny)
    places = translated.locations
    ways = StraightWays(tiny.settings, places)
    for name, travel in zip(tiny.settings.vehicle_classes, translated.problem.travel, strict=True):
        for at in (8 * 3600, 10 * 3600 + 1234):
            seconds, metres = ways.between(places[:3], places, name, at)
            planned = [[travel.duration_s(i, j, at) for j in range(len(places))] for i in range(3)]
            assert np.abs(seconds - planned).max() <= 1
            assert metres.tolist() == [
                [travel.distance_m(i, j, at) for j in range(len(places))] for i in range(3)
            ]


@pytest.fixture
def on_streets(tiny, tmp_path):
    travel = TravelSettings(kind=TravelKind.ROADS, roads=save_grid(tmp_path))
    return replace(tiny, settings=replace(tiny.settings, travel=travel))


def test_streets_are_those_of_planning(on_streets) -> None:
    translated = translate(on_streets, source=open_travel(on_streets.settings))
    city = replayed_city(on_streets)
    ways = city.briefing(SCENARIOS["ordinary"], 1).ways
    places = translated.locations
    for name, travel in zip(
        on_streets.settings.vehicle_classes, translated.problem.travel, strict=True
    ):
        seconds, _ = ways.between(places, places, name, 9 * 3600)
        planned = [
            [travel.duration_s(i, j, 9 * 3600) for j in range(len(places))]
            for i in range(len(places))
        ]
        reached = np.array(planned) != UNREACHABLE
        assert reached.sum() > len(places)
        assert np.abs(seconds - planned)[reached].max() <= 1


def test_who_stops_on_the_way_is_near_some_place(on_streets) -> None:
    ways = replayed_city(on_streets).briefing(SCENARIOS["ordinary"], 1).ways
    door = on_streets.requests[0].place
    beside = Place(lon=round(door.lon + 0.00001, 6), lat=door.lat)
    others = [request.place for request in on_streets.requests]
    name = on_streets.couriers[0].vehicle_class
    assert ways.between([beside], others, name, 0)[0].tolist() == (
        ways.between([door], others, name, 0)[0].tolist()
    )


def test_a_day_is_replayed_on_streets(on_streets) -> None:
    study = Study(
        city=replayed_city(on_streets),
        scenario=SCENARIOS["ordinary"],
        policies=("nearest",),
        seeds=(1,),
        tick_s=600,
    )
    result = run_study(study, on_progress=lambda *_: None, stop=lambda: False)
    assert result.days[0].metrics.pickups > 0
