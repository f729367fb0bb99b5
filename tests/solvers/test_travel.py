"""Travel sources refuse what is wrong and agree between single arcs and whole matrices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel, latest_departure_s

SQUARE = np.array([[0, 5], [7, 0]])


@pytest.mark.parametrize(
    ("durations", "distances", "breakpoints", "error", "text"),
    [
        (SQUARE[:1], SQUARE, (0,), ValueError, "durations_s must be square"),
        (SQUARE, SQUARE[:, :1], (0,), ValueError, "distances_m must be square"),
        (SQUARE * 1.5, SQUARE, (0,), TypeError, "durations_s must hold integers"),
        (SQUARE, -SQUARE, (0,), ValueError, r"distances_m\[0, 0, 1\] is -5"),
        (SQUARE, SQUARE + 2**31, (0,), ValueError, "values lie in"),
        (SQUARE, np.zeros((3, 3), int), (0,), ValueError, "3"),
        (SQUARE, SQUARE, (0, 10), ValueError, "holds 1 matrices"),
        (SQUARE, SQUARE, (), ValueError, "breakpoints_s is empty"),
        (np.stack([SQUARE] * 2), SQUARE, (5, 5), ValueError, "must rise strictly"),
        (np.stack([SQUARE] * 3), np.stack([SQUARE] * 2), (0, 1, 2), ValueError, "distances_m"),
    ],
)
def test_matrices_that_make_no_sense_are_refused(durations, distances, breakpoints, error, text):
    with pytest.raises(error, match=text):
        MatrixTravel(durations, distances, breakpoints)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"xy_m": [[0.5, 1]]}, "whole metres"),
        ({"xy_m": [1, 2]}, "shape"),
        ({"xy_m": [[0, 10**9]]}, "beyond"),
        ({"detour_permille": 900}, "detour_permille"),
        ({"speeds_mm_s": (0,)}, "must be positive"),
        ({"speeds_mm_s": (1, 2)}, "one speed for each"),
    ],
)
def test_planar_travel_that_makes_no_sense_is_refused(change, text):
    right = {"xy_m": [[0, 0]], "detour_permille": 1000, "speeds_mm_s": (1000,)}
    with pytest.raises((TypeError, ValueError), match=text):
        PlanarTravel(**(right | change))


def test_a_source_does_not_change_when_the_callers_array_does():
    values = SQUARE.copy()
    travel = MatrixTravel(values, values)
    values[0, 1] = 99
    assert travel.duration_s(0, 1, 0) == 5
    with pytest.raises(ValueError, match="read-only"):
        travel.durations[0, 0, 1] = 3


def test_planar_formula():
    travel = PlanarTravel([[0, 0], [300, 400]], detour_permille=1300, speeds_mm_s=(3000,))
    assert travel.distance_m(0, 1, 0) == 650
    assert travel.duration_s(0, 1, 0) == 217  # 216.7 rounded up


@given(
    points=st.lists(
        st.tuples(st.integers(-60_000, 60_000), st.integers(-60_000, 60_000)),
        min_size=2,
        max_size=5,
    ),
    detour=st.integers(1000, 2000),
    speed=st.integers(500, 30_000),
)
def test_planar_matrices_equal_single_arcs(points, detour, speed):
    travel = PlanarTravel(
        points, detour_permille=detour, speeds_mm_s=(speed, speed + 77), breakpoints_s=(0, 9000)
    )
    durations, distances = travel.matrices(range(len(points)))
    for origin in range(len(points)):
        for destination in range(len(points)):
            arc = (origin, destination)
            assert distances[(0, *arc)] == travel.distance_m(*arc, 0)
            assert durations[(0, *arc)] == travel.duration_s(*arc, -5)
            assert durations[(1, *arc)] == travel.duration_s(*arc, 9000)


@given(
    start=st.integers(0, 3000),
    now=st.integers(0, 3000),
    later=st.integers(0, 3000),
    arrive_by=st.integers(0, 8000),
)
def test_latest_departure_is_the_latest(start, now, later, arrive_by):
    later = max(later, now - 3000)
    arc = np.array([[[0, now], [0, 0]], [[0, later], [0, 0]]])
    travel = MatrixTravel(arc, arc[0], (0, 3000))
    found = latest_departure_s(travel, 0, 1, earliest_s=start, arrive_by_s=arrive_by)
    in_time = [
        depart
        for depart in range(start, max(start, arrive_by) + 1)
        if depart + travel.duration_s(0, 1, depart) <= arrive_by
    ]
    assert found == (in_time[-1] if in_time else start)


def test_an_arc_unreachable_at_either_breakpoint_is_unreachable_between_them():
    arc = np.array([[[0, 5], [5, 0]], [[0, UNREACHABLE], [5, 0]]])
    travel = MatrixTravel(arc, arc[0], (0, 100))
    assert travel.duration_s(0, 1, 50) == UNREACHABLE
    assert travel.duration_s(0, 1, 0) == 5


def test_a_marked_diagonal_does_not_count_as_unreachable():
    marked = np.array([[UNREACHABLE, 5], [7, UNREACHABLE]])
    assert not MatrixTravel(marked, marked).has_unreachable
