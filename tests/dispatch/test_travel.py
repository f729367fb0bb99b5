"""Travel sources opened, asked, and stood in for."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.checking import check_plan
from dispatch.domain.city import DrivesAs, OsrmServer, TravelKind, TravelSettings
from dispatch.domain.places import Window
from dispatch.domain.plans import VisitType
from dispatch.files import read_day, write_day
from dispatch.solving import SolveOptions, StoppedEarlyError, solve_day
from dispatch.translation import TranslationError, translate
from dispatch.travel import STRAIGHT_SOURCE, TravelSource, open_travel, profile_of
from geo.roads.travel import RoadTravel
from geo.routers.errors import PlacesTooFarError, RouterUnavailableError
from solvers.travel import MatrixTravel, PlanarTravel
from tests.dispatch.streets import grid_network, save_grid

TINY_DAY = Path(__file__).parents[1] / "data" / "tiny_day"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def tiny():
    return read_day(TINY_DAY)


def with_settings(day, **changes):
    travel = replace(day.settings.travel, **changes)
    return replace(day, settings=replace(day.settings, travel=travel))


def test_a_monday_in_the_rush_has_matrices_by_departure(tiny, tmp_path):
    network = grid_network(tmp_path)
    day = with_settings(tiny, kind=TravelKind.ROADS, roads=save_grid(tmp_path))
    translated = translate(day, source=open_travel(day.settings))
    ebike, van = translated.problem.travel
    assert isinstance(ebike, MatrixTravel)
    assert isinstance(van, MatrixTravel)
    assert len(ebike.breakpoints_s) == 1
    assert len(van.breakpoints_s) == 6, "rush, day, rush, evening: two for each change"

    own = RoadTravel(network, weekday=0)
    lonlat = np.array([(place.lon, place.lat) for place in translated.locations])
    source = open_travel(day.settings)
    assert source.roads is not None
    for settings, travel in zip(day.settings.vehicle_classes.values(), (ebike, van), strict=True):
        snapped = own.snap(lonlat, profile_of(settings, source))
        near = np.flatnonzero(snapped.edge >= 0)
        expected = own.matrix(
            lonlat[near],
            lonlat[near],
            profile=profile_of(settings, source),
            breakpoints_s=travel.breakpoints_s,
        )
        durations, _ = travel.matrices(near)
        assert (durations == expected.duration_s).all()


def test_classes_nobody_drives_cost_no_matrix(tiny, tmp_path):
    day = with_settings(tiny, kind=TravelKind.ROADS, roads=save_grid(tmp_path))
    bikes = replace(day, couriers=tuple(c for c in day.couriers if c.vehicle_class == "ebike"))
    ebike, van = translate(bikes, source=open_travel(day.settings)).problem.travel
    assert isinstance(ebike, MatrixTravel)
    assert isinstance(van, PlanarTravel)


def test_a_class_of_ones_own_drives_as_it_is_told(tiny, tmp_path):
    day = with_settings(tiny, kind=TravelKind.ROADS, roads=save_grid(tmp_path))
    trike = replace(day.settings.vehicle_classes["ebike"], name="trike")
    classes = {**day.settings.vehicle_classes, "trike": trike}
    couriers = [replace(c, vehicle_class="trike") for c in day.couriers[:1]]
    day = replace(
        day,
        settings=replace(day.settings, vehicle_classes=classes),
        couriers=(*couriers, *day.couriers[1:]),
    )
    ebike, _, own = translate(day, source=open_travel(day.settings)).problem.travel
    assert (ebike.matrices(range(5))[0] == own.matrices(range(5))[0]).all()


class Failing:
    """A server that gives no answer, or says that places are off its map."""

    def __init__(self, error):
        self.error = error

    def breakpoints_s(self, *_, **__):
        return (0,)

    def matrix(self, *_, **__):
        raise self.error


DOWN = RouterUnavailableError("router.unreachable", "the server is away", "start it")


def test_straight_lines_stand_in_for_a_server_only_if_asked_for(tiny):
    source = TravelSource(origin=STRAIGHT_SOURCE.origin, times=Failing(DOWN))
    with pytest.raises(RouterUnavailableError):
        translate(tiny, source=source)
    lenient = with_settings(tiny, kind=TravelKind.OSRM, straight_if_down=True)
    translated = translate(lenient, source=source)
    assert all(isinstance(travel, PlanarTravel) for travel in translated.problem.travel)
    assert "the server is away" in translated.source.origin.because


def test_places_a_server_finds_too_far_are_named(tiny):
    place = tiny.requests[2].place
    far = PlacesTooFarError(np.array([[place.lon, place.lat]]), np.array([1_234.0]), 300.0)
    source = TravelSource(origin=STRAIGHT_SOURCE.origin, times=Failing(far))
    with pytest.raises(TranslationError, match="request R03: 1,234 m away"):
        translate(tiny, source=source)


def test_stopping_while_times_are_computed_ends_without_a_plan(tiny, tmp_path):
    day = with_settings(tiny, kind=TravelKind.ROADS, roads=save_grid(tmp_path))
    options = SolveOptions(engine="native", seconds=1, seed=0)
    with pytest.raises(StoppedEarlyError):
        solve_day(day, options, stop=lambda: True)


@pytest.mark.parametrize(
    "travel",
    [
        TravelSettings(kind=TravelKind.ROADS, roads=Path("/a/b.roads"), max_access_m=150.0),
        TravelSettings(kind=TravelKind.ROADS, roads=Path("/a/b.roads"), speeds=Path("/a/s p.toml")),
        TravelSettings(
            kind=TravelKind.OSRM,
            osrm={
                "van": OsrmServer(url="http://localhost:5000", profile="driving"),
                "ebike": OsrmServer(url="http://localhost:5001", profile="bike"),
            },
            osrm_table_size=250,
            straight_if_down=True,
        ),
    ],
    ids=["roads", "speeds", "osrm"],
)
def test_travel_settings_are_written_and_read_back(tiny, tmp_path, travel):
    slow = replace(tiny.settings.vehicle_classes["van"], name="slow", drives_as=DrivesAs.EBIKE)
    classes = {**tiny.settings.vehicle_classes, "slow": slow}
    settings = replace(tiny.settings, travel=travel, vehicle_classes=classes)
    write_day(replace(tiny, settings=settings), tmp_path / "day")
    assert read_day(tmp_path / "day").settings == settings


def test_who_misses_a_window_on_the_streets_does_not_wait_for_another(tiny, tmp_path):
    plan = solve_day(tiny, SolveOptions(engine="native", seconds=1, seed=0)).plan
    on_streets = with_settings(tiny, kind=TravelKind.ROADS, roads=save_grid(tmp_path))
    planned = starts(plan)
    late = {
        ref
        for ref, at in starts(check_plan(on_streets, plan).replayed).items()
        if at > planned[ref]
    }
    assert late, "nobody is later on the streets: the test shows nothing"
    second = timedelta(hours=5)

    def two_windows(request):
        end_at = planned[request.id]
        windows = (
            Window(end_at - timedelta(hours=2), end_at),
            Window(end_at + second, end_at + second + timedelta(hours=1)),
        )
        return replace(request, windows=windows) if request.id in late else request

    day = replace(on_streets, requests=tuple(map(two_windows, tiny.requests)))
    checked = check_plan(day, plan)
    assert {finding.request_id for finding in checked.violations} & late
    for ref, at in starts(checked.replayed).items():
        assert at < planned[ref] + second, f"{ref} is served in the second window"


def starts(plan):
    """When each pickup of the plan begins."""
    return {
        visit.ref: visit.start_at
        for route in plan.routes
        for visit in route.visits
        if visit.type is VisitType.PICKUP
    }
