import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.matrix_cache import CachedTravel, MatrixStore, default_folder
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelMatrix, TravelTimes

VAN = SpeedProfile("van", 1300, (7000,))
EBIKE = SpeedProfile("ebike", 1300, (4000,))
TIMES = (28_800, 32_400)


def places(count, seed=1):
    return np.random.default_rng(seed).uniform((116.9, 36.6), (117.1, 36.7), (count, 2))


class Counting:
    """A source with a rule of its own that notes what it was asked."""

    def __init__(self, distances_by_time=False, factor=1):
        self.asked = []
        self.distances_by_time = distances_by_time
        self.factor = factor

    @property
    def pairs(self):
        return sum(a * b for a, b in self.asked)

    def breakpoints_s(self, _profile, *, start_s, end_s):
        return (start_s, end_s)

    def matrix(self, origins, destinations, *, profile, breakpoints_s):
        self.asked.append((len(origins), len(destinations)))
        return self.truth(origins, destinations, profile, breakpoints_s)

    def truth(self, origins, destinations, profile, times=TIMES):
        a, b = np.asarray(origins).reshape(-1, 2), np.asarray(destinations).reshape(-1, 2)
        metres = np.abs(a[:, None] - b[None, :]) @ np.array([80_000, 110_000])
        # Eastwards takes longer, so that there and back differ.
        metres += 50 * (a[:, None, 0] < b[None, :, 0])
        metres = (metres * self.factor).astype(np.int32)
        late = [metres // (5 if profile is VAN else 3) + k for k in range(len(times))]
        distances = np.stack([metres] * len(times)) if self.distances_by_time else metres
        return TravelMatrix(tuple(times), np.stack(late), distances)


def cached(source, folder, fingerprint="map 1", **limits):
    store = MatrixStore(folder, **limits)
    return CachedTravel(source, fingerprint=lambda _profile: fingerprint, store=store)


def ask(travel, origins, destinations, profile=VAN, times=TIMES):
    protocol: TravelTimes = travel
    return protocol.matrix(origins, destinations, profile=profile, breakpoints_s=times)


def assert_true(source, matrix, origins, destinations, profile=VAN, times=TIMES):
    truth = source.truth(origins, destinations, profile, times)
    assert matrix.breakpoints_s == times
    assert matrix.duration_s.dtype == matrix.distance_m.dtype == np.int32
    np.testing.assert_array_equal(matrix.duration_s, truth.duration_s)
    np.testing.assert_array_equal(matrix.distance_m, truth.distance_m)


@pytest.mark.parametrize("distances_by_time", [False, True])
def test_another_process_finds_what_was_asked_before(tmp_path, distances_by_time):
    source, points = Counting(distances_by_time), places(40)
    assert_true(source, ask(cached(source, tmp_path), points, points), points, points)
    assert source.asked == [(40, 40)]
    again = ask(cached(source, tmp_path), points, points)
    assert_true(source, again, points, points)
    assert source.asked == [(40, 40)]


def test_a_new_place_costs_its_row_and_its_column(tmp_path):
    source, known, new = Counting(), places(100), places(1, seed=2)
    travel = cached(source, tmp_path)
    ask(travel, known, known)
    source.asked.clear()
    assert_true(source, ask(travel, new, known), new, known)
    assert_true(source, ask(travel, known, new), known, new)
    assert source.asked == [(1, 100), (100, 1)]
    everything = np.concatenate((known, new))
    assert_true(source, ask(travel, everything, everything), everything, everything)
    assert source.asked[2:] == [(1, 1)]


def test_a_place_added_to_a_day_leaves_the_rest_as_it_was(tmp_path):
    source, known = Counting(), places(100)
    everything = np.concatenate((known[:50], places(1, seed=2), known[50:]))
    ask(cached(source, tmp_path), known, known)
    matrix = ask(cached(source, tmp_path), everything, everything)
    assert_true(source, matrix, everything, everything)
    assert source.pairs == 100 * 100 + 201


def test_places_given_twice_are_asked_once(tmp_path):
    source, points = Counting(), places(30)
    twice = np.concatenate((points, points[::-1]))
    assert_true(source, ask(cached(source, tmp_path), twice, points), twice, points)
    assert source.asked == [(30, 30)]


@pytest.mark.parametrize(("origins", "destinations"), [(0, 5), (5, 0), (0, 0)])
def test_no_places_are_no_question(tmp_path, origins, destinations):
    source = Counting()
    matrix = ask(cached(source, tmp_path), places(origins), places(destinations))
    assert matrix.duration_s.shape == (2, origins, destinations)
    assert matrix.distance_m.shape == (origins, destinations)
    assert source.asked == []


def test_zeros_of_both_signs_are_one_place(tmp_path):
    source = Counting()
    travel = cached(source, tmp_path)
    points = np.concatenate(([(0.0, 0.0)], places(30)))
    ask(travel, points, points)
    points[0] = (-0.0, -0.0)
    ask(travel, points, points)
    assert source.asked == [(31, 31)]


@given(
    asks=st.lists(
        st.tuples(
            st.lists(st.integers(0, 24), min_size=1, max_size=25),
            st.lists(st.integers(0, 24), min_size=1, max_size=25),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_was_asked_before_the_answer_is_the_sources(tmp_path_factory, asks):
    folder = tmp_path_factory.mktemp("cache")
    source, points = Counting(), places(25)
    travel = cached(source, folder)
    for rows, columns, fresh in asks:
        if fresh:
            travel = cached(source, folder)
        matrix = ask(travel, points[rows], points[columns])
        assert_true(source, matrix, points[rows], points[columns])


def test_class_breakpoints_and_fingerprint_are_told_apart(tmp_path):
    points = places(10)
    first = Counting()
    ask(cached(first, tmp_path), points, points)
    for profile, times, fingerprint in (
        (EBIKE, TIMES, "map 1"),
        (VAN, (28_800,), "map 1"),
        (VAN, (28_800, 32_401), "map 1"),
        (VAN, TIMES, "map 2"),
    ):
        source = Counting(factor=2)
        matrix = ask(cached(source, tmp_path, fingerprint), points, points, profile, times)
        assert_true(source, matrix, points, points, profile, times)
        assert source.pairs == 100


def test_no_way_is_kept(tmp_path):
    class Cut(Counting):
        def truth(self, *where):
            matrix = super().truth(*where)
            matrix.duration_s[:, 0, 1] = matrix.distance_m[0, 1] = UNREACHABLE
            return matrix

    source, points = Cut(), places(10)
    ask(cached(source, tmp_path), points, points)
    assert_true(source, ask(cached(source, tmp_path), points, points), points, points)
    assert source.pairs == 100


def test_what_the_source_refuses_is_raised_and_nothing_kept(tmp_path):
    class Refusing(Counting):
        def matrix(self, *_, **__):
            raise GeoError("roads.too_far", "it is far", "come closer")

    with pytest.raises(GeoError, match="it is far"):
        ask(cached(Refusing(), tmp_path), places(10), places(10))
    assert MatrixStore(tmp_path).size_bytes() == 0


def blocks(folder):
    return sorted(folder.glob("*/*.block"))


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:100],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: flip(data, 3),
        lambda data: flip(data, data.index(b"\n") + 20),
        lambda data: flip(data, len(data) - 7),
        lambda data: data.replace(b'"origins": 10', b'"origins": 99'),
        lambda data: data.replace(b'"times": 2', b'"times": 1'),
        lambda data: data.replace(b'"times": 2', b'"times":-2'),
        lambda data: data.replace(b'"format"', b'"fromat"'),
        lambda _: os.urandom(2_000),
        lambda data: b"[]\n" + data,
    ],
)
def test_a_damaged_file_is_dropped_and_computed_again_with_a_note(tmp_path, caplog, damage):
    source, points = Counting(), places(10)
    ask(cached(source, tmp_path), points, points)
    (path,) = blocks(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert_true(source, ask(cached(source, tmp_path), points, points), points, points)
    assert source.asked == [(10, 10), (10, 10)]
    assert str(path) in caplog.text
    assert "damaged" in caplog.text
    ask(cached(source, tmp_path), points, points)
    assert len(source.asked) == 2


def test_a_file_put_in_the_place_of_another_is_not_believed(tmp_path, caplog):
    source, points = Counting(), places(10)
    ask(cached(source, tmp_path), points, points)
    (path,) = blocks(tmp_path)
    ask(cached(source, tmp_path), points, points, EBIKE)
    (other,) = set(blocks(tmp_path)) - {path}
    other.write_bytes(path.read_bytes())
    matrix = ask(cached(source, tmp_path), points, points, EBIKE)
    assert_true(source, matrix, points, points, EBIKE)
    assert "other travel times" in caplog.text


def test_a_file_that_goes_while_it_is_used_is_computed_again(tmp_path):
    source, points = Counting(), places(10)
    travel = cached(source, tmp_path)
    ask(travel, points, points)
    (path,) = blocks(tmp_path)
    stamp = path.parent.stat()
    path.unlink()
    # As if it went after the folder was read.
    os.utime(path.parent, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert_true(source, ask(travel, points, points), points, points)


def test_blocks_of_another_process_are_found_while_running(tmp_path):
    source, other, points = Counting(), Counting(), places(30)
    travel = cached(source, tmp_path)
    ask(travel, points[:10], points[:10])
    ask(cached(other, tmp_path), points, points)
    os.utime(blocks(tmp_path)[0].parent)
    assert_true(source, ask(travel, points, points), points, points)
    assert source.pairs == 100


def test_the_least_used_goes_when_the_folder_is_full(tmp_path):
    source = Counting()
    size = 2 * 16 * 30 + 3 * 4 * 30 * 30 + 400
    limit = 6 * size
    days = [places(30, seed) for seed in range(9)]
    for number, points in enumerate(days):
        ask(cached(source, tmp_path, limit_bytes=limit), days[0], days[0])
        ask(cached(source, tmp_path, limit_bytes=limit), points, points)
        for age, path in enumerate(sorted(blocks(tmp_path), key=lambda path: path.stat().st_mtime)):
            os.utime(path, (1_000_000 + 100 * number + age,) * 2)
        assert MatrixStore(tmp_path).size_bytes() <= limit
    source.asked.clear()
    for points in (days[0], days[-1]):
        ask(cached(source, tmp_path), points, points)
    assert source.asked == []
    ask(cached(source, tmp_path), days[1], days[1])
    assert source.asked == [(30, 30)]


def test_a_matrix_larger_than_the_limit_is_not_kept(tmp_path):
    source, points = Counting(), places(30)
    travel = cached(source, tmp_path, limit_bytes=5_000)
    assert_true(source, ask(travel, points, points), points, points)
    assert blocks(tmp_path) == []


def test_many_small_blocks_become_one(tmp_path):
    source, points = Counting(), places(72)
    travel = cached(source, tmp_path)
    for place in range(72):
        ask(travel, points[[place]], points)
    assert len(blocks(tmp_path)) == 72
    travel = cached(source, tmp_path)
    assert_true(source, ask(travel, points, points), points, points)
    assert len(blocks(tmp_path)) == 1
    assert_true(source, ask(travel, points, points), points, points)
    assert_true(source, ask(cached(source, tmp_path), points, points), points, points)
    assert source.pairs == 72 * 72


def test_a_large_matrix_is_kept_in_parts_so_that_an_interrupt_leaves_some(tmp_path):
    class Interrupted(Counting):
        def matrix(self, *args, **kwargs):
            if self.asked:
                raise KeyboardInterrupt
            return super().matrix(*args, **kwargs)

    points = places(1100)
    with pytest.raises(KeyboardInterrupt):
        ask(cached(Interrupted(), tmp_path), points, points, times=(0,))
    source = Counting()
    matrix = ask(cached(source, tmp_path), points, points, times=(0,))
    assert_true(source, matrix, points, points, times=(0,))
    assert 0 < source.pairs < 1100 * 1100
    assert list(tmp_path.glob("*/*.unfinished")) == []


def test_a_folder_that_cannot_be_written_is_told_once_and_done_without(tmp_path, caplog):
    folder = tmp_path / "file"
    folder.write_text("no folder")
    source, points = Counting(), places(10)
    travel = cached(source, folder)
    for _ in range(2):
        assert_true(source, ask(travel, points, points), points, points)
    assert source.asked == [(10, 10)] * 2
    assert caplog.text.count("cannot be kept") == 1


def test_clearing_removes_matrices_and_nothing_else(tmp_path):
    points = places(10)
    ask(cached(Counting(), tmp_path), points, points)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("mine")
    store = MatrixStore(tmp_path)
    assert store.size_bytes() == sum(path.stat().st_size for path in blocks(tmp_path)) > 0
    assert store.clear() > 0
    assert store.size_bytes() == 0
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"notes.txt", "folder", "folder/notes.txt"}
    assert MatrixStore(tmp_path / "never made").clear() == 0


def test_only_the_owner_may_look_into_the_folder(tmp_path):
    points = places(10)
    ask(cached(Counting(), tmp_path / "new" / "matrices"), points, points)
    (path,) = blocks(tmp_path / "new" / "matrices")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_place_is_that_of_the_xdg_specification(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert default_folder() == tmp_path / "caches" / "pickup-dispatch" / "matrices"
    for useless in ("", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", useless)
        expected = tmp_path / "home" / ".cache" / "pickup-dispatch" / "matrices"
        assert default_folder() == expected


def compete(folder, seed):
    """Ask for parts of a matrix over and over; exits with the number of wrong answers."""
    generator, points, source, wrong = np.random.default_rng(int(seed)), places(60), Counting(), 0
    for _ in range(40):
        rows = points[generator.choice(60, 20, replace=False)]
        columns = points[generator.choice(60, 20, replace=False)]
        found = ask(cached(source, Path(folder), limit_bytes=60_000), rows, columns)
        truth = source.truth(rows, columns, VAN)
        wrong += not np.array_equal(found.duration_s, truth.duration_s)
    sys.exit(wrong)


def test_processes_that_write_and_drop_side_by_side_never_serve_anything_wrong(tmp_path):
    root = Path(__file__).resolve().parents[2]
    program = "import sys; from tests.geo.test_matrix_cache import compete; compete(*sys.argv[1:])"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), seed], cwd=root, stderr=subprocess.PIPE
        )
        for seed in ("1", "2")
    ]
    for process in running:
        _, told = process.communicate(timeout=600)
        assert told == b""
        assert process.returncode == 0
    assert list(tmp_path.glob("*/*.unfinished")) == []
