import numpy as np
import pytest

from geo.cities import find_city
from geo.errors import GeoError
from geo.routers.errors import RouterUnavailableError
from geo.routers.fallback import ask_or_fall_back
from geo.routers.osrm import OsrmTravel
from geo.routers.settings import OsrmEndpoint, Patience
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile
from tests.geo.routers.osrm_double import busy

VAN = SpeedProfile("van", 1300, (7000,) * 8 + (3500,) * 16)
POINTS = np.array([(117.0, 36.6), (117.01, 36.61), (117.02, 36.6)])
STRAIGHT = StraightLine.covering(POINTS, projection=find_city("jinan").projection)


def matrix_of(source):
    times = source.breakpoints_s(VAN, start_s=20_000, end_s=40_000)
    return source.matrix(POINTS, POINTS, profile=VAN, breakpoints_s=times)


@pytest.fixture
def source(osrm):
    patience = Patience(attempts=1)
    with OsrmTravel({"van": OsrmEndpoint(url=osrm.url)}, patience=patience) as source:
        yield source


def test_a_server_that_answers_is_the_one_that_counts(osrm, source):
    answered = ask_or_fall_back(source, STRAIGHT, matrix_of)
    assert answered.source is source
    assert not answered.is_fallback
    assert answered.fallback_because is None
    np.testing.assert_array_equal(answered.answer.duration_s, matrix_of(source).duration_s)


def test_a_server_that_does_not_answer_is_replaced_whole_and_told(osrm, source):
    osrm.replies.append(busy(503))
    answered = ask_or_fall_back(source, STRAIGHT, matrix_of)
    assert answered.source is STRAIGHT
    assert answered.is_fallback
    assert "503" in str(answered.fallback_because)
    expected = matrix_of(STRAIGHT)
    assert len(expected.breakpoints_s) > 1
    assert answered.answer.breakpoints_s == expected.breakpoints_s
    np.testing.assert_array_equal(answered.answer.duration_s, expected.duration_s)


def test_without_a_fallback_the_error_stays_an_error(osrm, source):
    osrm.replies.append(busy(503))
    with pytest.raises(RouterUnavailableError):
        matrix_of(source)


def test_places_off_the_map_are_not_hidden_by_a_fallback(osrm, source):
    osrm.snap_m = {"117.010000,36.610000": 50_000.0}
    with pytest.raises(GeoError, match="50,000 m"):
        ask_or_fall_back(source, STRAIGHT, matrix_of)
